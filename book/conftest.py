"""nbval in this folder compares numbers as numbers, by the rules of tools/stored_outputs.py."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile
from stored_outputs import difference, keep


class Cell(IPyNbCell):  # type: ignore[misc]  # nbval has no types
    """A cell whose fresh outputs are taken for the stored ones where they agree; nbval compares the rest as ever."""

    def compare_outputs(self, test: list[Any], ref: list[Any], skip_compare: Any = None) -> bool:
        agreeing = [nbformat.from_dict(output) for output in keep(ref, test)]
        return bool(super().compare_outputs(agreeing, ref, skip_compare))

    def format_output_compare(self, key: str, left: Any, right: Any) -> None:
        """Say which line or number differs, where nbval would show whole pages of HTML."""
        if isinstance(left, str) and isinstance(right, str):
            self.comparison_traceback.append(f"{key}, {difference(left, right)}")
        else:
            super().format_output_compare(key, left, right)


class Notebook(IPyNbFile):  # type: ignore[misc]
    """A notebook made of such cells."""

    def collect(self) -> Iterator[Cell]:
        for cell in super().collect():
            yield Cell.from_parent(self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    collected = yield
    return [Notebook.from_parent(parent, path=file_path) if isinstance(node, IPyNbFile) else node for node in collected]
