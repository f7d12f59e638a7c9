"""The page on what a step costs: its cost model counts what is done, and its pictures are those of the report."""

from __future__ import annotations

import csv
import re
import statistics
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import notebooks
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored_outputs import difference

from benchmarks.step import table
from tinyml.draw.drawing import Drawing

ROOT = Path(__file__).parent.parent.parent
BENCHMARKS = ROOT / "benchmarks"
CELLS = {cell.id: cell for cell in notebooks.read(ROOT / "book" / "step_cost.ipynb").cells}
PICTURES = ("contenders", "contenders-large")
STALE = "the report is newer than the page: run `python tools/notebooks.py book/step_cost.ipynb` and commit it"


def page(*cells: str, **known: Any) -> dict[str, Any]:
    """Return the names that some cells of the page define."""
    names = dict(known)
    for cell in cells:
        exec(CELLS[cell].source, names)  # noqa: S102, RUF100  # it is our own page
    return names


def drawn(cell: str, report: Path = BENCHMARKS / "raw.csv") -> tuple[str, Drawing | str]:
    """Run a cell that draws the report; return the beginning of the row's name, and the picture."""
    names = page("the-report", "needed", "medians", "units", "picture")
    names["REPORT"] = report
    rows: list[str] = []
    draw = names["picture"]

    def noted(row: str, title: str) -> Any:
        rows.append(row)
        return draw(row, title)

    shown = eval(CELLS[cell].source, {"picture": noted})
    return rows[0], shown


def reported(row: str) -> dict[str, list[float]]:
    """Return the samples of each contender of the one row that begins so."""
    with (BENCHMARKS / "raw.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.reader(file) if line[0].startswith(row)]
    assert len({line[0] for line in lines}) == 1
    return {name: [float(line[-1]) for line in lines if line[1] == name] for name in {line[1] for line in lines}}


def labels(svg: str) -> list[str]:
    return [unescape(label) for label in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


@pytest.mark.parametrize("cell", PICTURES)
def test_each_contender_of_the_report_is_in_the_picture_with_its_median(cell: str) -> None:
    row, picture = drawn(cell)
    assert isinstance(picture, Drawing)
    samples, written = reported(row), page("units")["written"]
    beside = dict(zip(labels(picture.svg), labels(picture.svg)[1:], strict=False))
    assert {name: beside[name] for name in samples} == {
        name: written(statistics.median(times)) for name, times in samples.items()
    }
    assert picture.svg.count("<circle") == len(samples)
    text = (BENCHMARKS / "report.md").read_text(encoding="utf-8").split(f"\n## {row}")[1].split("\n## ")[0]
    shown = dict(re.findall(r"^\| (.+?) \| (\S+ \S+) \(of \d+\) \|", text, flags=re.MULTILINE))
    assert {name: beside[name] for name in shown} == shown


@pytest.mark.parametrize("cell", PICTURES)
def test_the_stored_pictures_are_those_of_the_report(cell: str) -> None:
    _, picture = drawn(cell)
    (output,) = CELLS[cell].outputs
    assert isinstance(picture, Drawing)
    differs = difference(output.data["text/html"], picture._repr_html_())
    assert differs is None, f"{STALE}\n{differs}"


@pytest.mark.parametrize("cell", PICTURES)
def test_the_page_names_rows_and_contenders_as_the_bench_does(cell: str) -> None:
    row, _ = drawn(cell)
    (raced,) = [own for own in table.rows() if own.name.startswith(row)]
    names = page("the-report", "needed")
    assert set(raced.contenders) >= names["NEEDED"] == names["NEEDED"] | {table.OURS, table.BOUND}
    assert (names["OURS"], names["BOUND"]) == (table.OURS, table.BOUND)


def test_a_report_that_lacks_a_row_or_a_contender_is_refused_in_words(tmp_path: Path) -> None:
    report, lines = tmp_path / "raw.csv", (BENCHMARKS / "raw.csv").read_text(encoding="utf-8").splitlines()
    report.write_text("\n".join(line for line in lines if table.JAX not in line), encoding="utf-8")
    with pytest.raises(
        LookupError, match=f"raw.csv lacks, for 'training step, V=5, .*': {table.JAX}; run `make bench`"
    ):
        drawn("contenders", report)
    report.write_text("\n".join(line for line in lines if "V=1,000, d=64, 100,000" not in line), encoding="utf-8")
    with pytest.raises(LookupError, match=f"raw.csv lacks, for 'training step, V=1,000, .*': .*{table.OURS}"):
        drawn("contenders-large", report)


def test_without_the_report_the_page_says_so(tmp_path: Path) -> None:
    _, said = drawn("contenders", tmp_path / "raw.csv")
    assert said == "The report is not here: it comes with the sources."


class Counted:
    """A number that counts its multiplications."""

    done = 0

    def __mul__(self, _: Counted) -> Counted:
        Counted.done += 1
        return self

    def __add__(self, _: Counted) -> Counted:
        return self


@given(st.integers(1, 6), st.integers(1, 6))
def test_the_cost_model_counts_what_the_products_do(tokens: int, dimension: int) -> None:
    model = SimpleNamespace(**page("operations", "bytes", MODELS=()))
    number = Counted()
    E, W, S = (np.full(shape, number) for shape in ((tokens, dimension), (dimension, tokens), (tokens, tokens)))
    Counted.done, moved = 0, 0
    for left, right in ((E, W), (S, W.T), (E.T, S)):
        moved += left.size + right.size + left.dot(right).size
    assert model.operations(tokens, dimension) == 2 * Counted.done
    assert model.traffic(tokens, dimension, 4) == 4 * moved
    assert model.traffic(tokens, dimension) == 8 * moved
