"""The chapters as files: in normal form, run from top to bottom, every printing cell with its stored output."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import notebooks
import pytest

ROOT = Path(__file__).parent.parent.parent
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
BROKEN_ROLE = re.compile(r"\{[\w:-]+\}`[^`\n]*\n[^`]*`")


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in notebooks.read(path).cells if cell.cell_type == "code" and cell.source.strip()]


def shows_something(source: str) -> bool:
    """Whether a cell prints or ends in an expression; an expression without a value is written `_ = ...`."""
    lines = ["pass" if line.startswith(("%", "!")) else line for line in source.splitlines()]
    body = ast.parse("\n".join(lines)).body
    calls = (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call))
    prints = any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)
    return prints or bool(body and isinstance(body[-1], ast.Expr))


def missing_outputs(path: Path) -> list[str]:
    return [cell.source for cell in code_cells(path) if shows_something(cell.source) and not cell.outputs]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_in_normal_form(path: Path) -> None:
    assert notebooks.text_of(notebooks.normalised(notebooks.read(path))) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_printing_cell_has_a_stored_output(path: Path) -> None:
    assert missing_outputs(path) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_was_run_from_top_to_bottom_without_complaints(path: Path) -> None:
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [cell.source for cell in cells if any(output.get("name") == "stderr" for output in cell.outputs)] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_who_reads_a_notebook_without_the_forms_is_told_to_guess_before_the_first_guess(path: Path) -> None:
    told, asks, _ = "\n".join(cell.source for cell in notebooks.read(path).cells).partition("{guess}")
    assert not asks or "% In VS Code or Colab" in told


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_role_is_written_on_one_line_because_jupyterlab_reads_no_other(path: Path) -> None:
    prose = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown"]
    assert [found[0] for source in prose for found in BROKEN_ROLE.finditer(source)] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_an_error_is_shown_only_where_it_is_announced(path: Path) -> None:
    for cell in code_cells(path):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


@pytest.mark.parametrize(
    ("source", "shows"),
    [
        ("x = 1", False),
        ("x", True),
        ("for i in range(3):\n    print(i)", True),
        ("_ = plot(x)", False),
        ("%matplotlib inline\nimport numpy", False),
        ("assert close(1, 1)", False),
    ],
)
def test_which_cells_show_something(source: str, shows: bool) -> None:
    assert shows_something(source) is shows


def messy() -> Any:
    """Return a notebook as an editor leaves it."""
    cell = nbformat.v4.new_code_cell("1 + 1\n", execution_count=7, metadata={"scrolled": True, "tags": ["hide-input"]})
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b\n"),
        nbformat.v4.new_output(
            "display_data",
            data={"text/plain": "W()", "application/vnd.jupyter.widget-view+json": {"model_id": "0f3a"}},
        ),
    ]
    book = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_markdown_cell("text")])
    book.metadata = nbformat.from_dict({"widgets": {"state": {}}, "language_info": {"version": "3.12.1"}})
    return book


def test_normalising_keeps_what_was_written_and_drops_what_a_run_adds() -> None:
    made = json.loads(notebooks.text_of(notebooks.normalised(messy())))
    code, text = made["cells"]
    assert made["metadata"] == notebooks.METADATA
    assert code["metadata"] == {"tags": ["hide-input"]}
    assert [output["output_type"] for output in code["outputs"]] == ["stream", "display_data"]
    assert code["outputs"][0]["text"] == ["ab\n"]
    assert code["outputs"][1]["data"] == {"text/plain": ["W()"]}
    assert (code["source"], text["source"]) == (["1 + 1"], ["text"])


def test_an_output_that_answers_a_guess_is_folded_and_no_other() -> None:
    question = ":kind: text\n:cell: {}\nWhy?\n"
    guess = "Text.\n\n```{guess} one\n" + question.format("answer") + "```\n\n:::{guess} two\n"
    guess += question.format("second") + ":::"
    checkpoint = "```{checkpoint} three\n" + question.format("seen") + "```"
    prose = [nbformat.v4.new_markdown_cell(text) for text in (guess, checkpoint)]
    code = [nbformat.v4.new_code_cell("1", metadata={"name": name}) for name in ("answer", "second", "seen")]
    code += [nbformat.v4.new_code_cell("1", metadata=notebooks.FOLDED)]
    made = notebooks.normalised(nbformat.v4.new_notebook(cells=[*prose, *code])).cells
    assert [cell.metadata for cell in made[2:]] == [
        {"name": "answer", **notebooks.FOLDED},
        {"name": "second", **notebooks.FOLDED},
        {"name": "seen"},
        {},
    ]


def test_normalising_twice_changes_nothing() -> None:
    once = notebooks.text_of(notebooks.normalised(messy()))
    assert notebooks.text_of(notebooks.normalised(nbformat.reads(once, as_version=4))) == once


def test_cells_without_an_id_get_the_same_one_in_every_run_and_no_two_share_one() -> None:
    taken: set[str] = set()
    for expected in range(3):
        made = notebooks.new_id("x", taken)
        assert made == notebooks.new_id("x", taken)
        taken.add(made)
        assert len(taken) == expected + 1


def test_running_a_notebook_twice_gives_the_same_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.ipynb"
    cells = [nbformat.v4.new_code_cell("import tinyml\nprint(tinyml.TokenId(1))"), nbformat.v4.new_code_cell("2 + 2")]
    path.write_text(notebooks.text_of(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    assert missing_outputs(path) == ["import tinyml\nprint(tinyml.TokenId(1))", "2 + 2"]
    assert notebooks.check([path]) == 1
    assert notebooks.renew([path]) == 0
    once = path.read_text(encoding="utf-8")
    assert missing_outputs(path) == []
    assert notebooks.check([path]) == 0
    assert notebooks.renew([path]) == 0
    assert path.read_text(encoding="utf-8") == once
    assert "unchanged" in capsys.readouterr().out


def test_outputs_that_agree_stay_as_they_are_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.ipynb"
    sources = ("print(0.1 + 0.2)", "print('loss', 0.5)")
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=f"c{len(source)}") for source in sources]
    )
    path.write_text(notebooks.text_of(book), encoding="utf-8")
    assert notebooks.renew([path]) == 0
    ran = path.read_text(encoding="utf-8")
    elsewhere = ran.replace("0.30000000000000004", "0.3000000000000001")
    assert elsewhere != ran
    path.write_text(elsewhere, encoding="utf-8")
    assert notebooks.renew([path]) == 0
    assert path.read_text(encoding="utf-8") == elsewhere
    assert "unchanged" in capsys.readouterr().out
    path.write_text(elsewhere.replace("loss 0.5", "loss 0.75"), encoding="utf-8")
    assert notebooks.renew([path]) == 0
    assert path.read_text(encoding="utf-8") == elsewhere  # the loss is written anew, the last digits are not


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.ipynb"
    before = notebooks.text_of(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]))
    path.write_text(before, encoding="utf-8")
    assert notebooks.renew([path]) == 1
    assert path.read_text(encoding="utf-8") == before
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_what_a_slow_cell_prints_stays_in_one_piece(tmp_path: Path) -> None:
    slow = "import time\nprint('one', end=' ')\ntime.sleep(0.5)\nprint('two', end=' ')\ntime.sleep(0.5)\nprint('three')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(slow)])
    (cell,) = notebooks.executed(notebook, tmp_path).cells
    assert [output.text for output in cell.outputs] == ["one two three\n"]
