"""grading.intake.read: every notebook that somebody hands in is read, and every other file has its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grading.intake import read as module
from grading.intake.read import LARGEST_CELL, Cell, Unreadable, read


def notebook(*cells: Any, **more: Any) -> Any:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def code(source: Any, **more: Any) -> Any:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


TEXT = 'name = "Gödel"\nx = 1'
PLAIN = json.dumps(notebook(code(TEXT)), ensure_ascii=False)
ENCODED = {
    "UTF-8": PLAIN.encode(),
    "UTF-8 with a mark": PLAIN.encode("utf-8-sig"),
    "UTF-16 with a mark": PLAIN.encode("utf-16"),
    "UTF-16, the other way": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "Latin-1": PLAIN.encode("latin-1"),
    "CRLF": PLAIN.replace("\\n", "\\r\\n").replace("{", "{\r\n").encode(),
    "CR": PLAIN.replace("\\n", "\\r").encode(),
    "escapes": json.dumps(notebook(code(TEXT))).encode(),
    "lines": json.dumps(notebook(code(TEXT.splitlines(keepends=True)))).encode(),
    "NaN": json.dumps(notebook(code(TEXT), score=float("nan"), most=float("inf"))).encode(),
    "no metadata": json.dumps({"cells": [{"cell_type": "code", "source": TEXT}]}).encode(),
    "strange metadata": json.dumps(notebook({**code(TEXT), "metadata": ["?"], "id": 7})).encode(),
    "format 3": json.dumps(
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": TEXT, "outputs": []}]}]}
    ).encode(),
    "two worksheets": json.dumps({"worksheets": [{"cells": [code(TEXT)]}, 5, {"cells": "none"}, {}]}).encode(),
    "cells that are none": json.dumps(notebook(None, 5, "cell", code(5), code(TEXT))).encode(),
    "50 MB of outputs": json.dumps(notebook(code(TEXT, outputs=[{"text": "x" * 50 * 2**20}]))).encode(),
}


@pytest.mark.parametrize("name", ENCODED)
def test_the_same_notebook_is_read_from_every_form(name: str) -> None:
    assert read(ENCODED[name]) == [Cell("code", TEXT)]


def test_names_are_read_where_they_are_texts() -> None:
    named = code("x", id="own", metadata={"nbgrader": {"grade_id": "square"}})
    strange = code("y", id=["own"], metadata={"nbgrader": {"grade_id": {}}})
    assert read(json.dumps(notebook(named, strange)).encode()) == [
        Cell("code", "x", "square", "own"),
        Cell("code", "y"),
    ]


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    (cell,) = read(rb'{"cells": [{"cell_type": "code", "source": "a\ud800b"}]}')
    assert cell.source == "a?b"


BAD = {
    "the file is empty": b" \n",
    "not JSON": b"x = 1",
    "not JSON: Expecting": b'{"cells": [',
    "no notebook": b"[]",
    "no list of cells": b"{}",
    "it has no list of cells": b'{"cells": {"0": {}}}',
    "nested too deeply": b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "not JSON: Exceeds the limit": b'{"cells": ' + b"9" * 5000 + b"}",
    "cells; 2000 are read": json.dumps(notebook(*[code("x")] * 2001)).encode(),
}


@pytest.mark.parametrize("reason", BAD)
def test_what_is_no_notebook_has_its_reason(reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(BAD[reason])


def test_a_file_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 2**20)
    with pytest.raises(Unreadable, match="2 MB; 1 MB are read at most"):
        read(b" " * 2**21 + b"{}")


def test_a_file_that_takes_too_much_memory_has_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def loads(text: str) -> Any:
        raise MemoryError

    monkeypatch.setattr(json, "loads", loads)
    with pytest.raises(Unreadable, match="too much memory"):
        read(b"{}")


@pytest.mark.parametrize(("kind", "instead"), [("code", "raise ValueError('{}')"), ("markdown", "{}")])
def test_a_cell_that_is_too_long_says_so(kind: str, instead: str) -> None:
    raw = {"cell_type": kind, "source": "x" * (LARGEST_CELL + 1), "id": "square"}
    (found,) = read(json.dumps(notebook(raw)).encode())
    assert found.id == "square"
    assert found.source == instead.format("this cell has 200,001 letters; 200,000 are read at most")
    raw["source"] = "x" * LARGEST_CELL
    assert read(json.dumps(notebook(raw)).encode())[0].source == raw["source"]


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("code"),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["cells", "worksheets", "cell_type", "source", "input", "metadata", "nbgrader", "id"])
            | st.text(),
            inner,
        )
    ),
    max_leaves=20,
)
notebooks = st.fixed_dictionaries({"cells": st.lists(trees)}) | st.fixed_dictionaries({"worksheets": trees}) | trees


@given(st.binary() | notebooks.map(lambda tree: json.dumps(tree).encode()))
@example(b"\xff\xfe\x00")
@example(b"\xfe\xff\xd8\x00")
@example(b"\xef\xbb\xbf")
@example(b'{"cells": [{"source": ["\\udfff", 1]}]}')
def test_no_bytes_make_it_raise_anything_but_unreadable(content: bytes) -> None:
    try:
        cells = read(content)
    except Unreadable:
        return
    for cell in cells:
        cell.source.encode()
        assert "\r" not in cell.source
