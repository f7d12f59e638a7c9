"""Tightening: a module's text without comments and without space that means nothing.

The code in git stays as it was written; only what is sent to a reader is tightened.  Names are left
alone, so an error in a browser still speaks of the functions that the reader can look up.
Checked by tests/test_widgets.py, and by every browser test, which run the tightened text.
"""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<template>`)
    |(?P<word>[\w$]+)
    |(?P<sign>.)""",
    re.VERBOSE,
)
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
BEFORE_REGEX = "(,=:[!&|?;{}"
CHUNK = re.compile(r"(?:\\[\s\S]|\$(?!\{)|[^`\\$])*")
GLUED = re.compile(r"[\w$][\w$]|\+\+|--")


def tight_script(text: str) -> str:
    """Return a JavaScript text that means the same; line ends stay where they may end a statement."""
    return _code(text, 0)[0].strip("\n")


def _code(text: str, at: int) -> tuple[str, int]:
    """Tighten from `at` to the end, or to the brace that closes a `${`; return the text and where it stopped."""
    made, gap, depth = "", "", 0
    while at < len(text) and (found := TOKEN.match(text, at)):
        token, kind = found[0], found.lastgroup
        if kind == "space":
            gap = "\n" if "\n" in gap + token else " "
            at = found.end()
            continue
        if token == "}" and depth == 0:
            break
        depth += (token == "{") - (token == "}")
        if kind == "template":
            token, at = _template(text, at)
        elif token == "/" and made[-1:] in BEFORE_REGEX and (regex := REGEX.match(text, at)):
            token, at = regex[0], regex.end()
        else:
            at = found.end()
        made += _between(made[-1:], gap, token[0]) + token
        gap = ""
    return made, at


def _template(text: str, at: int) -> tuple[str, int]:
    """Return a text in backticks as it stands, with the code inside `${ }` tightened."""
    made, at = "`", at + 1
    while True:
        chunk = CHUNK.match(text, at)
        assert chunk is not None  # it matches the empty text
        made, at = made + chunk[0], chunk.end()
        if text.startswith("`", at):
            return made + "`", at + 1
        inner, at = _code(text, at + 2)
        made, at = made + "${" + inner + "}", at + 1


def _between(left: str, gap: str, right: str) -> str:
    if gap == "\n" and left not in "{([,;" and right not in "}])":
        return "\n"
    return " " if gap and GLUED.fullmatch(left + right) else ""


def tight_style(text: str) -> str:
    """Return a style sheet that means the same."""
    text = re.sub(r"\s+", " ", re.sub(r"/\*[\s\S]*?\*/", "", text))
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":").strip()
