"""Tables beside the chapters: a file for each page, and a file that is none is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from book_pages.tables import tables_in
from sphinx.errors import ExtensionError


def test_each_file_has_the_tables_of_its_page_and_pages_come_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "02_large.toml").write_text("[b]\nx = 2\n[a]\n", encoding="utf-8")
    (tmp_path / "01_small.toml").write_text("[a]\nx = 1\n", encoding="utf-8")
    (tmp_path / "01_small.txt").write_text("no table", encoding="utf-8")
    found = tables_in(tmp_path)
    assert [(page, list(tables)) for page, tables in found.items()] == [("01_small", ["a"]), ("02_large", ["b", "a"])]
    assert found["01_small"] == {"a": {"x": 1}}


def test_without_the_folder_there_is_no_table(tmp_path: Path) -> None:
    assert tables_in(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("content", [b"[a\n", b"a = 1\na = 2\n", b"a = '\xff'\n"])
def test_a_file_that_cannot_be_read_stops_the_build_and_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "01_small.toml").write_bytes(content)
    with pytest.raises(ExtensionError, match=r"/01_small\.toml cannot be read as TOML"):
        tables_in(tmp_path)
