"""Old addresses of pages, as files; tests/browser/test_old_addresses.py follows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from book_pages.moved import Move, described, moves
from moved_project import write_project
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent.parent


def test_a_place_leads_to_its_page_from_wherever_the_old_page_was() -> None:
    move = Move("a/old", ["a/one", "b/two"], {"there": "b/two", "renamed": "a/one#now"})
    places = [move.place(name) for name in ("there", "renamed", "unknown")]
    assert places == ["../b/two.html#there", "one.html#now", "one.html#unknown"]
    assert Move("old", ["b/two"]).place("x") == "b/two.html#x"
    assert Move("a/b/old", ["a/c/new"]).place("x") == "../c/new.html#x"


def test_a_page_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ExtensionError, match=r"moved\.toml: old names no page that took over"):
        Move("old", [])
    with pytest.raises(ExtensionError, match=r"old#x leads to three, and old became no such page"):
        Move("old", ["one", "two"], {"x": "three"})
    with pytest.raises(ExtensionError, match=r"old became two, and the book has no such page"):
        described(Move("old", ["one", "two"]), {"one": "One"})


def test_the_table_of_the_book_can_be_read() -> None:
    assert all(move.old == old for old, move in moves(ROOT).items())


def test_two_builds_lead_on_alike_and_need_nothing_from_elsewhere(tmp_path: Path) -> None:
    built = [write_project(tmp_path / name) for name in ("here", "there")]
    for old in ("book/old", "book/split"):
        first, second = ((folder / f"{old}.html").read_text(encoding="utf-8") for folder in built)
        assert first == second
        assert "http://" not in first + second
        assert "https://" not in first + second
    assert ('http-equiv="refresh"' in (built[0] / "book" / "old.html").read_text(encoding="utf-8")) is True
    assert ('http-equiv="refresh"' in (built[0] / "book" / "split.html").read_text(encoding="utf-8")) is False


def test_without_moved_pages_nothing_is_written(tmp_path: Path) -> None:
    html = write_project(tmp_path, moved="")
    assert {path.stem for path in html.rglob("*.html")} == {"index", "one", "two", "genindex", "search"}


def test_an_old_address_that_is_in_use_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        write_project(tmp_path, moved='["book/one"]\npages = ["more/two"]\n')
    assert "already exists" in stopped.value.stderr
