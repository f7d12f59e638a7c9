"""The pages around the chapters: what they name exists."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from book_pages import ledger
from named_tests import NAMED_TEST, is_a_test

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / "book"
HANDLE = re.compile(r"`(tinyml(?:\.\w+)+)")


def resolve(handle: str) -> object:
    """Return what a dotted name such as `tinyml.Parameters.init` stands for; fail where it stands for nothing."""
    parts = handle.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name)
        return found
    raise AttributeError(handle)


def glossary() -> dict[str, str]:
    """Return the entries of the glossary: each term, or terms of one meaning joined by a comma, with its definition."""
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    body = text.split("```{glossary}\n")[1].split("\n```")[0]
    pieces = re.split(r"^(\S.*(?:\n\S.*)*)\n", body, flags=re.MULTILINE)[1:]
    return {terms.replace("\n", ", "): text for terms, text in zip(pieces[::2], pieces[1::2], strict=True)}


@pytest.mark.parametrize("page", sorted(path.name for path in BOOK.glob("*.md")))
def test_every_handle_on_a_page_can_be_imported(page: str) -> None:
    for handle in HANDLE.findall((BOOK / page).read_text(encoding="utf-8")):
        assert resolve(handle) is not None, handle


def test_a_handle_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(AttributeError, match="Parametres"):
        resolve("tinyml.Parametres.init")


@pytest.mark.parametrize("page", sorted(path.name for path in BOOK.glob("*.md")))
def test_every_file_on_a_page_exists(page: str) -> None:
    text = (BOOK / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|tools|book|tinyml|benchmarks)/[\w./-]*)", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [test for test in NAMED_TEST.findall(text) if not is_a_test(test)] == []


def test_a_test_that_does_not_exist_is_noticed() -> None:
    here = Path(__file__).relative_to(ROOT)
    assert is_a_test(f"{here}::test_a_test_that_does_not_exist_is_noticed")
    assert not is_a_test(f"{here}::test_a_test")
    assert not is_a_test("tests/test_nothing.py::test_a_test")


def test_the_glossary_is_in_order_and_complete() -> None:
    entries = glossary()
    assert list(entries) == sorted(entries, key=str.casefold)
    assert len(entries) >= 38
    for terms, text in entries.items():
        assert [part for part in ("**In code:**", "**Is not**") if part not in text.replace("\n  ", " ")] == [], terms
        assert "`tinyml" in text or "**In code:** none" in text, terms


def test_the_book_that_this_one_comes_from_is_cited_with_both_its_addresses() -> None:
    cited = (BOOK / "references.bib").read_text(encoding="utf-8")
    for address in (
        "https://hghalebi.github.io/category_theory_transformer_rs/",
        "https://github.com/hghalebi/category_theory_transformer_rs",
    ):
        assert f"\\url{{{address}}}" in cited
        assert f"<{address}>" in (BOOK / "references.md").read_text(encoding="utf-8")


def test_the_numbers_of_the_preface_are_right() -> None:
    def f(x: float, y: float) -> float:
        return x**2 * y

    text = (BOOK / "preface.md").read_text(encoding="utf-8")
    for push in (0.1, 0.01):
        after, change = f(3 + push, 2), f(3 + push, 2) - f(3, 2)
        assert f"| {push} | {3 + push} · {3 + push} · 2 = {after:.6g} | {change:.4g} | {change / push:.4g} |" in text
    assert f"9 · 2.1 = {f(3, 2.1):.3g}, the change is {f(3, 2.1) - f(3, 2):.1g}," in text
    x, y = 3 - 0.01 * 12, 2 - 0.01 * 9
    assert f"$x = 3 - 0.12 = {x:.2f}$ and $y = 2 - 0.09 = {y:.2f}$" in text
    assert f"there $f$ is about {f(x, y):.2f}, less than {f(3, 2)}." in text


CARDS = ledger.cards(ROOT)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card["cue"])
def test_every_card_of_the_ledger_is_complete_and_its_handle_is_there(card: dict[str, str]) -> None:
    fields = {"cue", "responsibility", "handle", "note", "returned", "boundary", "not_claimed"}
    assert set(card) - {"code", "file"} == fields
    assert all(text.strip() and "|" not in text for text in card.values())
    if card["handle"] == "none":
        assert card["note"].startswith("because ")
    else:
        assert resolve(card["handle"]) is not None
    if "code" in card:
        assert card["code"] in (ROOT / card["file"]).read_text(encoding="utf-8")


def test_the_ledger_has_a_card_for_each_call_of_the_loop_on_its_page() -> None:
    page = (BOOK / "ledger.md").read_text(encoding="utf-8")
    loop = page.split("```python\n")[1].split("\n```")[0].splitlines()
    cues = [card["cue"] for card in CARDS]
    assert [line for line in loop if line not in cues] == []
    assert [card["cue"] for card in CARDS if card["handle"] == "none"] == []


def test_a_card_is_shown_with_its_six_fields() -> None:
    lines = ledger.table(CARDS[0]).splitlines()
    names = [line.split("|")[1].strip() for line in lines]
    assert names[:1] + names[2:] == [
        "Framework cue",
        "Responsibility",
        "Local handle",
        "Returned object",
        "Boundary",
        "Not claimed",
    ]
