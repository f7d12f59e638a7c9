"""Type checking: what mypy --strict says of the text of a cell, which is read and never run.

    %%typecheck NAME            the cell below this line is checked; its findings are kept under NAME
    ask.typecheck("NAME")       in a check cell: `.refused("operator")` or `.accepted()`

mypy is asked in a process of its own, without anybody's configuration; where it is missing, the mark is
pending.  So it is for a cell that mypy comes to no end with: it works out constants and nested calls, and some of
them take for ever.  `# type: ignore` and `# mypy:` have no effect: what is asked is what the checker finds.  A
cell with `...` among its own lines (not within a function) is not answered yet.
Laws (tests/check/test_typecheck.py): what is found in a cell does not depend on the cells checked beside it.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import secrets
import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, final

from tinyml.check.agreement import shortened
from tinyml.check.outcomes import NotChecked, NotPassed

MOST_LINES, MOST_LETTERS, LONGEST_MESSAGE = 10, 20_000, 1000
QUIET = re.compile(r"#(?=\s*type:\s*ignore)|^#(?=\s*mypy:)", re.MULTILINE)
ADVICE = "It works out numbers and nested calls before it can say what type they have: write the answer without them."


@final
@dataclass(frozen=True)
class Finding:
    """One error that the checker reports: its line in the cell, its message and its code."""

    line: int
    message: str
    code: str

    def __str__(self) -> str:
        return f"line {self.line}: {shortened(self.message)} [{self.code}]"


RECORDS: dict[str, tuple[Finding, ...] | None] = {}
"""What was found in each cell that was checked, by the name it gives itself; None where mypy could not say."""


def record(name: str, findings: Iterable[Finding] | None) -> None:
    """Keep what was found in the cell of this name; None where it was not checked."""
    RECORDS[name] = None if findings is None else tuple(findings)


@final
@dataclass(frozen=True)
class Verdict:
    """What the checker said of the cell of this name, for a check that asks about it."""

    name: str
    findings: tuple[Finding, ...]

    def refused(self, *codes: str) -> None:
        """Check that there is an error, and that each has one of these codes (any code, where none is named)."""
        kinds = f"[{' or '.join(codes)}]" if codes else "of any kind"
        if not self.findings:
            raise NotPassed(f"The type checker accepts `%%typecheck {self.name}`.", f"expected  errors {kinds}")
        allowed = codes or {finding.code for finding in self.findings} - {"syntax", "empty"}
        if any(finding.code not in allowed for finding in self.findings):
            raise NotPassed(*self.lines(), f"expected  errors {kinds} and no others")

    def accepted(self) -> None:
        """Check that there is no error."""
        if self.findings:
            raise NotPassed(*self.lines(), "expected  no error")

    def lines(self) -> list[str]:
        return [f"The type checker says of `%%typecheck {self.name}`:", *report(self.findings, 5)]


def verdict(name: str) -> Verdict:
    """Return what was found in the cell of this name when it was last run."""
    if name not in RECORDS:
        raise NotPassed(f"The cell that begins with `%%typecheck {name}` has not been run. Run it, then this one.")
    findings = RECORDS[name]
    if findings is None:
        raise NotChecked
    if why := unfinished(findings):
        raise NotChecked(why)
    return Verdict(name, findings)


def unfinished(findings: Iterable[Finding]) -> str:
    """Return why mypy came to no end, where it did not."""
    return next((finding.message for finding in findings if finding.code == "unfinished"), "")


def report(findings: Iterable[Finding], most: int = MOST_LINES) -> list[str]:
    """Return the findings in at most so many lines."""
    lines = [str(finding) for finding in findings]
    return lines if len(lines) <= most else [*lines[: most - 1], f"... and {len(lines) - most + 1} more"]


def program(cell: str) -> tuple[str, str]:
    """Split the text of a cell into the name after %%typecheck and the program, whose lines keep their numbers."""
    found = re.match(r"(\s*)%%typecheck[ \t]+(\S+)[ \t]*(?:\r?\n|$)", cell)
    return (found[2], found[1] + "\n" + cell[found.end() :]) if found else ("", cell)


def installed() -> bool:
    """Whether mypy is here."""
    return importlib.util.find_spec("mypy") is not None


def findings_of(sources: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Check many programs in one run of mypy; what could not be checked is missing from the result."""
    texts = {name: QUIET.sub("# -", text.replace("\r\n", "\n").replace("\r", "\n")) for name, text in sources.items()}
    unfit = {name: [finding] for name, text in texts.items() if (finding := unfit_for_checking(text))}
    fit = {name: text for name, text in texts.items() if name not in unfit}
    return unfit | (_checked(fit) if fit and installed() else {})


def unfit_for_checking(text: str) -> Finding | None:
    """Return why mypy need not be asked, if so: a program that cannot be read would stop the run for all."""
    if len(text) > MOST_LETTERS:
        return Finding(1, f"a cell of more than {MOST_LETTERS} letters is not checked", "syntax")
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, "cell", "exec", dont_inherit=True)
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = (error.lineno if isinstance(error, SyntaxError) else None) or 1
        return Finding(line, shortened(f"this is not Python: {getattr(error, 'msg', error)}"), "syntax")
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...:
            return Finding(node.lineno, "`...` is still here: write the answer in its place", "empty")
    return None if body else Finding(1, "nothing is written in this cell yet", "empty")


def _checked(texts: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Run mypy once, and again on each program alone where one of them stopped it half-way.

    Alone, since what does not end takes all the time that it is given, and what does takes little.
    """
    from tinyml.check import typechecker  # noqa: PLC0415  half of the time that a notebook needs to load its checks

    stems = {f"cell_{secrets.token_hex(8)}": name for name in texts}  # no program can import another's answer
    why, errors = typechecker.run({f"{stem}.py": texts[name] for stem, name in stems.items()})
    if why and len(texts) > 1:
        return {name: found for name, text in texts.items() for found in _checked({name: text}).values()}
    found: dict[str, list[Finding]] = {name: [Finding(1, why, "unfinished")] if why else [] for name in texts}
    for error in sorted(errors, key=lambda error: int(error["line"])):
        stem = error["file"].removesuffix(".py")
        message = error["message"].replace(f"{stem}.", "")[:LONGEST_MESSAGE]
        found[stems[stem]].append(Finding(max(1, error["line"]), message, error["code"] or "misc"))
    return found


def check_cell(line: str, cell: str) -> None:
    """Check a cell, print what is found and keep it: the magic %%typecheck."""
    name = line.strip()
    if len(name.split()) != 1:
        print("Nothing is checked: the first line needs one name, as it was given out: %%typecheck NAME")
        return
    RECORDS.pop(name, None)
    found = findings_of({name: f"\n{cell}"}).get(name)
    record(name, found)
    if found is None:
        print("Not checked here: mypy is not installed. Its mark is pending.")
    elif why := unfinished(found):
        print(f"Not checked: {why}. Its mark is pending.\n{ADVICE}")
    else:
        print("\n".join(report(found)) or "The type checker accepts it.")


def enable() -> None:
    """Let cells begin with %%typecheck, where IPython runs; elsewhere do nothing."""
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.register_magic_function(check_cell, "cell", "typecheck")
