"""What agrees with a stored output, and what must not: text, pages, pictures, and a real run of nbval."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored_outputs import difference, keep

from tinyml import about
from tinyml.widgets import TrainingExplorer

ROOT = Path(__file__).parent.parent.parent
NO_DIGIT = st.characters(exclude_categories=["Nd"], exclude_characters=".#+-")
REAL = st.floats(1e-3, 1e12) | st.floats(-1e12, -1e-3)


def agree(stored: str, fresh: str) -> bool:
    """Whether two texts agree, whichever of them is the stored one."""
    found = difference(stored, fresh) is None
    assert (difference(fresh, stored) is None) == found
    return found


@given(REAL, st.floats(0, 0.99), st.floats(1.01, 1e6))
def test_numbers_agree_up_to_1e_minus_9_of_their_size(number: float, within: float, beyond: float) -> None:
    stored = f"loss {number:.17e}"
    assert agree(stored, f"loss {number * (1 + 1e-9 * within):.17e}")
    assert not agree(stored, f"loss {number * (1 + 1.001e-9 * beyond):.17e}")


@given(st.floats(-1e-5, 1e-5), st.floats(0, 0.99), st.floats(1.01, 1e6))
def test_numbers_near_0_agree_up_to_1e_minus_12(number: float, within: float, beyond: float) -> None:
    assert agree(f"{number:.17e}", f"{number + 1e-12 * within:.17e}")
    gap = max(1e-12, 1e-9 * abs(number)) * beyond * 1.001
    assert not agree(f"{number:.17e}", f"{number + gap:.17e}")


@given(st.integers(-(10**8), 10**8), st.integers(1, 10), st.sampled_from([1, -1]))
def test_one_unit_of_the_last_place_passes_and_two_do_not(units: int, decimals: int, sign: int) -> None:
    def printed(count: int) -> str:
        return f"{Decimal(count).scaleb(-decimals):.{decimals}f}"

    assert agree(printed(units), printed(units + sign))
    assert not agree(printed(units), printed(units + 2 * sign))


@given(st.integers(), st.integers(-2, 2), st.integers(1, 1000))
def test_counts_and_fractions_agree_digit_for_digit(count: int, more: int, parts: int) -> None:
    other = count + more
    for stored, fresh in ((f"{count} words", f"{other} words"), (f"{count}/{parts}", f"{other}/{parts}")):
        assert agree(stored, fresh) == (count == other)


@given(st.text(NO_DIGIT, min_size=1), st.integers(0), NO_DIGIT)
def test_text_agrees_with_nothing_but_itself(stored: str, place: int, other: str) -> None:
    place %= len(stored)
    fresh = stored[:place] + other + stored[place + 1 :]
    assert agree(f"{stored} 0.5", f"{fresh} 0.5") == (stored == fresh)


@pytest.mark.parametrize(
    ("stored", "fresh"),
    [
        ("loss 0.995495228693", "loss 0.995495228694"),
        ("loss 0.009720, bias -0.085714", "loss 0.009721, bias -0.085715"),
        ("1.23456e-05", "1.23457e-05"),
        ("9.99999e-06", "1.00000e-05"),
        ("-0.000000", "0.000000"),
        ("[1.e-05 2.5]", "[1.00000000001e-05 2.5]"),
        ("0.30000000000000004", "0.3"),
        ("3.2e-17", "-1.1e-16"),
        ("in 12.5s, 63.1%.", "in 12.6s, 63.2%."),
        ("{0.5: 0.25}\n7 words\n", "{0.5: 0.2500000000001}\n7 words\n"),
        ("nan inf -inf", "nan inf -inf"),
        ("0.0100 (± 0.5 %) 3", "0.01004 (± 0.5 %) 3"),
        ('<path d="M75.2 66C75.2 70.01 -3.5 1L0 1"/>', '<path d="M75.2 66C75.3 70.01 -3.6 1L0 1"/>'),
    ],
)
def test_what_passes(stored: str, fresh: str) -> None:
    assert agree(stored, fresh)


@pytest.mark.parametrize(
    ("stored", "fresh", "reason"),
    [
        ("0.123456", "0.123458", "apart by 1.6e-05 of their size"),
        ("0.995495228693", "0.995496224188", "apart by 1e-06"),
        ("0.12345", "0.123451", "apart by"),
        ("9.99998e-06", "1.00000e-05", "apart by"),
        ("1", "1.0", "1 and 1.0: a number without point or exponent"),
        ("7 words", "8 words", "7 and 8: a number without point"),
        ("1e5", "100000", "without point"),
        ("it is 1.", "it is 2.", "without point"),
        ("3/7", "3/8", "without point"),
        ("loss nan", "loss 0.5", "the text differs"),
        ("loss inf", "loss -inf", "the text differs"),
        ("loss 0.5", "lose 0.5", "the text differs"),
        ("0.5 0.5", "0.5  0.5", "the text differs"),
        ("0.5", "0.5 0.5", "the text differs"),
        ("0.5 ", "0.5 0.5", "the text differs"),
        ("numpy 2.4.6", "numpy 2.5.6", "the text differs"),
        ("#1e5111", "#1e5112", "the text differs"),
        ("#10e408", "#11e408", "the text differs"),
        ("W2.5", "W2.6", "the text differs"),
        ("a\nb\nc", "a\nc", "the text differs"),
        ("a\nb", "a", "ends before this line"),
        ("a", "a\nb", "has a line more"),
        ("a\n", "a", "ends before this line"),
        ("0.0100 (± 0.5 %)", "0.0102 (± 0.5 %)", "apart by 0.02"),
        ("0.0100 (± 0.5 %)", "0.0100 (± 0.6 %)", "the tolerances differ"),
        ("0.0100 (± 0.5 %)", "0.0100", "the tolerances differ"),
        ("0.0100 (± 50 %)", "0.0102 (± 50 %)", "apart by 0.02"),
        ("100 (± 2 %)", "101 (± 2 %)", "without point"),
        ('<path d="M75.2 66C75"/>', '<path d="M75.2 66L75"/>', "the text differs"),
        ('<path d="M75.2 66"/>', '<path d="M75.4 66"/>', "75.2 and 75.4"),
    ],
)
def test_what_does_not(stored: str, fresh: str, reason: str) -> None:
    assert not agree(stored, fresh)
    assert reason in str(difference(stored, fresh))


def test_a_difference_says_where_it_is() -> None:
    before, after = "word " * 30, " word" * 30
    found = difference(f"a 0.5\n{before}0.25{after}\nc", f"a 0.6\n{before}0.5{after}\nd")
    assert found is not None
    assert (found.line, found.reason) == (2, "0.25 and 0.5 are apart by 0.5 of their size")
    assert found.stored == f"…{before[-40:]}0.25{after[:36]}…"
    assert found.fresh == f"…{before[-40:]}0.5{after[:37]}…"
    moved = difference("a 0.5 b 0.25 tree", "a 0.5 b 0.2500000000001 trie")
    assert str(moved) == "line 1: the text differs\n  stored: a 0.5 b 0.25 tree\n  fresh:  a 0.5 b 0.2500000000001 trie"


@given(st.floats(1e-8, 1e8), st.floats(1e-4, 0.02), st.floats(-0.7, 0.7), st.floats(2.1, 50))
def test_a_printed_tolerance_holds(value: float, tolerance: float, within: float, beyond: float) -> None:
    tolerance = round(tolerance, 4)
    stored = about(value, tolerance)
    assert agree(stored, about(value * (1 + tolerance * within * 0.7), tolerance))
    assert not agree(stored, about(value * (1 + tolerance * beyond), tolerance))


def planted(island: str, change: float) -> str:
    """Return an island with one number of its certificate changed by so much of its size."""
    match = re.search(r'(?<="loss at rate 1, step 80": )[0-9.]+', island)
    assert match
    return island[: match.start()] + f"{float(match[0]) * (1 + change):.12g}" + island[match.end() :]


def test_a_certificate_notices_1e_minus_6_and_lets_1e_minus_12_pass() -> None:
    island = TrainingExplorer().island()
    assert planted(island, 1e-10) != island
    assert agree(island, planted(island, 1e-12))
    assert agree(island, planted(island, 1e-10))
    assert not agree(island, planted(island, 1e-6))
    assert '"loss at rate 1, step 80"' in str(difference(island, planted(island, 1e-6)))


def embedded(svg: str) -> str:
    return f'<img src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" alt="a picture">'


def test_a_picture_in_base64_is_compared_as_svg() -> None:
    stored = '<svg><path d="M1.5 2L3.25 4"/>\n<text x="7">loss 0.009720</text></svg>'
    for old, new, agrees in (
        ("0.009720", "0.009721", True),
        ("L3.25", "L3.24", True),
        ("0.009720", "0.009722", False),
        ("L3.25", "L3.23", False),
        ('"7"', '"8"', False),
        ("loss", "cost", False),
    ):
        assert agree(embedded(stored), embedded(stored.replace(old, new))) == agrees
    assert "<text x=" in str(difference(embedded(stored), embedded(stored.replace("loss", "cost"))))
    assert not agree(embedded(stored), embedded(stored).replace("base64,", "base64,////"))


def test_kept_is_what_agrees_and_nothing_else() -> None:
    stored: list[dict[str, Any]] = [
        {"output_type": "stream", "name": "stdout", "text": "0.123456\n"},
        {"output_type": "execute_result", "execution_count": 3, "data": {"text/plain": ["0.5", "cat"]}},
    ]
    fresh: list[dict[str, Any]] = [
        {"output_type": "stream", "name": "stdout", "text": "0.123457\n"},
        {
            "output_type": "execute_result",
            "execution_count": 4,
            "data": {"text/plain": ["0.6", "dog"], "text/html": "0"},
        },
    ]
    data = {"text/plain": ["0.5", "dog"], "text/html": "0"}
    assert keep(stored, fresh) == [stored[0], {**fresh[1], "data": data}]
    assert keep(stored, fresh[:1]) == fresh[:1]
    assert keep(stored[:1], fresh) == fresh
    assert keep(None, fresh) == fresh


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="{}"/></svg>'
# what a cell runs, what is stored (the name of a stream, or of a format, and its text), what nbval says
CELLS: list[tuple[str, list[tuple[str, str]], str]] = [
    ("print('loss 0.009721 after 80 steps')", [("stdout", "loss 0.009720 after 80 steps\n")], ""),
    ("0.9954952286931", [("text/plain", "0.9954952286932")], ""),
    (f"display(HTML({embedded(SVG.format('0.25'))!r}))", [("text/html", embedded(SVG.format("0.26")))], ""),
    (f"display(SVG({SVG.format('0.25')!r}))", [("image/svg+xml", SVG.format("0.26"))], ""),
    ("print('0.123456')", [("stdout", "0.123458\n")], "0.123458 and 0.123456 are apart by 1.6e-05"),
    ("print('80 steps')", [("stdout", "81 steps\n")], "81 and 80: a number without point"),
    ("print('a cat')", [("stdout", "a dog\n")], "stored: a dog"),
    ("print('a')", [("stdout", "a\nb\n")], "stdout, line 2: the text differs"),
    ("1.0", [("text/plain", "1")], "1 and 1.0"),
    (
        f"display(HTML({embedded(SVG.format('0.25'))!r}))",
        [("text/html", embedded(SVG.format("0.27")))],
        "0.27 and 0.25",
    ),
    (f"display(SVG({SVG.format('0.25')!r}))", [("image/svg+xml", SVG.format("0.27"))], "image/svg+xml, line 1: 0.27"),
    ("x = 1", [("stdout", "0.5\n")], "Missing output fields"),
    ("print('0.5')", [], "Unexpected output fields"),
    ("0.5", [("text/plain", "0.5"), ("text/plain", "0.5")], "dissimilar number of outputs"),
]
NAMES = {"text/html": "<IPython.core.display.HTML object>", "image/svg+xml": "<IPython.core.display.SVG object>"}


def stored_output(kind: str, text: str) -> Any:
    if kind == "stdout":
        return nbformat.v4.new_output("stream", name=kind, text=text)
    data = {kind: text, **({"text/plain": NAMES[kind]} if kind in NAMES else {})}
    return nbformat.v4.new_output("display_data", data=data)


def planted_notebook() -> Any:
    sources = ["from IPython.display import HTML, SVG, display", *(source for source, _, _ in CELLS)]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    for count, cell in enumerate(book.cells):
        cell.execution_count = count + 1
        cell.outputs = [stored_output(kind, text) for kind, text in CELLS[count - 1][1]] if count else []
    return book


@pytest.mark.parametrize("processes", [[], ["-n", "1", "--dist", "loadfile"]], ids=["alone", "beside others"])
def test_nbval_refuses_just_the_cells_that_do_not_agree(tmp_path: Path, processes: list[str]) -> None:
    shutil.copy(ROOT / "book" / "conftest.py", tmp_path)
    nbformat.write(planted_notebook(), tmp_path / "page.ipynb")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(tmp_path),
        *processes,
    ]
    command += [
        "-p",
        "no:cacheprovider",
        "--color=no",
        "-rA",
        "--nbval",
        "--nbval-current-env",
        str(tmp_path / "page.ipynb"),
    ]
    environment = {**os.environ, "IPYTHONDIR": str(ROOT / "tools" / "ipython")}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout
    verdicts = {
        int(cell): verdict for verdict, cell in re.findall(r"^(PASSED|FAILED) \S+::Cell (\d+)", said, re.MULTILINE)
    }
    expected = ["PASSED", *("FAILED" if reason else "PASSED" for _, _, reason in CELLS)]
    assert verdicts == dict(enumerate(expected)), said
    for _, _, reason in CELLS:
        assert reason in said
