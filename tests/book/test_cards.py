"""Cards: what a card must have, its picture, and the page of all cards.  How they print is tested in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import notebooks
import pytest
from book_pages.cards import put_picture
from chapter_project import write_project
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent.parent
CHAPTERS = sorted((ROOT / "book").glob("[0-9][0-9]_*.ipynb"))
DRAWING = '<figure><svg xmlns="x" role="img" aria-label="Two doors. Both are open."></svg></figure>'


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_a_card_and_a_picture_for_it(path: Path) -> None:
    cells = notebooks.read(path).cells
    cards = sum(cell.source.count(":class-card: word-card") for cell in cells)
    pictures = [cell.cell_type for cell in cells if cell.metadata.get("card")]
    assert (cards, pictures) == (1, ["code"])


def box(kind: str, *children: nodes.Node) -> nodes.container:
    made = nodes.container("", *children, design_component=kind)
    made["classes"] = ["word-card"] if kind == "card" else []
    return made


def card(*parts: nodes.Node, title: bool = True) -> nodes.container:
    """Return a card as sphinx-design makes it."""
    word = [box("card-title", nodes.paragraph("", "Door"))] if title else []
    return box("card", box("card-body", *word, *parts))


def four() -> list[nodes.Node]:
    return [nodes.paragraph("", text) for text in ("A sentence.", "code", "A law.", "It is not.")]


def cell(*shown: str, wanted: bool = True) -> nodes.container:
    """Return a code cell that shows some pieces of HTML."""
    outputs = [nodes.raw("", html, format="html") for html in shown]
    metadata = {"card": True} if wanted else {}
    return nodes.container("", *outputs, nb_element="cell_code", cell_metadata=metadata, classes=["cell"])


def page_with(*parts: nodes.Node) -> nodes.document:
    page = new_document("page")
    page += parts
    return page


def chapter_app() -> Any:
    return SimpleNamespace(env=SimpleNamespace(docname="book/01_doors"))


def test_the_picture_comes_after_the_sentence_and_stays_in_its_cell() -> None:
    page = page_with(cell(DRAWING), cell("<svg></svg>", wanted=False), card(*four()))
    put_picture(chapter_app(), page)
    [body] = [own for own in page.findall(nodes.container) if own.get("design_component") == "card-body"]
    assert [part.astext() for part in body.children] == ["Door", "A sentence.", DRAWING, "code", "A law.", "It is not."]
    assert len({id(own) for own in page.findall(nodes.raw) if own.astext() == DRAWING}) == 2
    [made] = [own for own in page.findall(nodes.container) if "word-card" in own["classes"]]
    assert made["ids"] == ["card"]


def test_a_page_without_cards_and_pictures_is_left_alone() -> None:
    page = page_with(cell(DRAWING, wanted=False), nodes.paragraph("", "text"))
    before = page.pformat()
    put_picture(chapter_app(), page)
    assert page.pformat() == before


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([cell(DRAWING), card(*four()), card(*four())], " has 2 cards, and a chapter is about one word: choose it"),
        ([cell(DRAWING)], '`"card": true` in its metadata, and no card waits for its picture'),
        ([card(*four())], 'the card has a picture, which one code cell draws: put `"card": true` into the metadata'),
        ([cell(DRAWING), cell(DRAWING), card(*four())], "says most about the word; 2 of them have it"),
        ([cell(DRAWING), card(*four()[:3])], "a card has four paragraphs, the word in a sentence, its code, its law, "),
        ([cell(DRAWING), card(*four(), *four()[:1])], "nothing else; this one has 5 parts"),
        ([cell(DRAWING), card(*four()[:3], nodes.math_block("", "x = x"))], "nothing else; this one has 4 parts"),
        ([cell(DRAWING), card(*four(), title=False)], "the card does not say its word, which comes after ```{card}"),
        ([cell(DRAWING), card(title=False)], "the card does not say its word"),
        ([cell("<p>80</p>"), card(*four())], "one drawing of tinyml.draw, with its alternative text; it shows none"),
        ([cell(DRAWING.replace("Two doors. Both are open.", "")), card(*four())], "it shows none"),
        ([cell(DRAWING, DRAWING), card(*four())], "with its alternative text; it shows 2"),
    ],
)
def test_a_card_that_lacks_something_stops_the_build_and_says_what(parts: list[nodes.Node], says: str) -> None:
    with pytest.raises(ExtensionError) as refused:
        put_picture(chapter_app(), page_with(*(part.deepcopy() for part in parts)))
    assert str(refused.value).startswith("book/01_doors")
    assert says in str(refused.value)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the pages of a book of two chapters, by name."""
    folder = write_project(tmp_path_factory.mktemp("chapters"))
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


def test_a_chapter_shows_its_card_with_the_picture_of_its_cell(built: dict[str, str]) -> None:
    _, _, shown = built["02_large"].partition('id="card"')
    assert 'aria-label="2 at 2 doors. ' in shown
    assert '<a class="reference internal" href="../index.html#term-door"' in shown
    assert built["02_large"].count("2 at 2 doors") == 2 * shown.count("2 at 2 doors")


def test_a_guess_covers_the_cell_of_the_picture_and_not_the_card(built: dict[str, str]) -> None:
    covered, _, after = built["01_small"].partition("law-tried")
    assert "guess-content" in covered
    assert 'aria-label="1 at 1 door. ' in covered.partition("guess-content")[2]
    assert 'aria-label="1 at 1 door. ' in after


def test_all_cards_are_on_a_page_in_the_order_of_the_book_and_lead_to_their_chapters(built: dict[str, str]) -> None:
    _, _, cards = built["cards"].partition('class="word-cards"')
    assert re.findall(r"sd-card-title[^>]*>\s*(\w+)", cards) == ["Large", "Small"]
    assert re.findall(r'aria-label="(\d) at', cards) == ["2", "1"]
    leads = re.findall(r'word-from">\s*<a [^>]*href="([^"]*)"[^>]*>([^<]*)', cards)
    assert leads == [("02_large.html#card", "2. The large one"), ("01_small.html#card", "1. The small one")]
    assert cards.count('href="../index.html#term-door"') == 2
    assert 'id="card"' not in cards


def test_a_law_carries_its_badge_on_the_page(built: dict[str, str]) -> None:
    assert re.search(r"<summary>\s*✓ exact</summary>", built["01_small"])
    fold = re.search(r'<details class="law-tried">.*?</details>', built["02_large"], re.DOTALL)
    assert fold
    assert re.findall(r"tests/[\w.:/]+", re.sub("<[^>]*>", " ", fold[0])) == [
        "tests/large.py::test_large",
        "tests/large.py::test_larger",
    ]
