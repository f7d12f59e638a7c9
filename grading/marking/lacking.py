"""Lacking: what an answer needs and this machine does not have, so that a person decides about it.

    a module that is not installed here     a syntax that a later Python takes

Whether a module lay beside the learner's notebook or belongs to a library, nobody can tell from here; either way
the answer may be right where it was written.
Checked by tests/grading/test_lacking.py.
"""

from __future__ import annotations

import re
import sys

OURS = ("tinyml", "grading")
"""What is of one version in the notebook and here: a name that it does not have is a mistake."""
MODULE = re.compile(r"No module named '(?P<module>[\w.]+)'|cannot import name '(?P<name>\w+)' from '(?P<home>[\w.]+)'")
LATER: tuple[tuple[tuple[int, int], re.Pattern[str]], ...] = tuple(
    (version, re.compile(pattern, re.MULTILINE))
    for version, pattern in (
        ((3, 12), r"^[ \t]*type[ \t]+\w+[ \t]*(\[.*\])?[ \t]*="),
        ((3, 12), r"^[ \t]*(async[ \t]+def|def|class)[ \t]+\w+[ \t]*\["),
        (
            (3, 12),
            r"""\b[rR]?[fF][rR]?("[^"\n]*\{[^}"\n]*"[^}\n]*\}|'[^'\n]*\{[^}'\n]*'[^}\n]*\}|["'][^\n]*\{[^}\n]*\\)""",
        ),
        ((3, 13), r"^[ \t]*(async[ \t]+def|def|class|type)[ \t]+\w+[ \t]*\[[^\]\n]*="),
        ((3, 14), r"^[ \t]*except\*?[ \t]+[\w.]+[ \t]*,[^:\n]*:"),
        ((3, 14), r"""(?<![\w"'])[rR]?[tT][rR]?["']"""),
    )
)
"""What a Python before that version takes for a mistake: type statements and parameters, quotes and backslashes inside
the braces of an f-string, defaults of type parameters, several errors without brackets, t-strings."""


def lacked(error: BaseException, source: str, here: tuple[int, int] = sys.version_info[:2]) -> str:
    """Say what a cell needs that is not here, if that can be why an error was raised in it; nothing otherwise."""
    if isinstance(error, ImportError) and (found := MODULE.search(str(error))):
        name = found["module"] or f"{found['home']}.{found['name']}"
        return "" if name.partition(".")[0] in OURS else f"it needs {name}, which is not here: a person decides"
    if isinstance(error, SyntaxError):
        needed = [version for version, pattern in LATER if version > here and pattern.search(source)]
        if needed:
            later = ".".join(map(str, min(needed)))
            now = ".".join(map(str, here))
            return f"it may be written for Python {later} or later, and this is {now}: a person decides"
    return ""
