"""Laws: each box says how it was tried, the tests behind it are there and are what its badge says."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import notebooks
import pytest
from book_pages.laws import FOLDER, TRIED, Entry, add_badges, entries, entry_of, refuse_lost_pages
from docutils import nodes
from docutils.utils import new_document
from named_tests import compares_exactly, draws_values, is_a_test
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))
LAWS = [
    pytest.param(entry, id=f"{page}-{label}") for page, own in entries(ROOT).items() for label, entry in own.items()
]
PATH = re.compile(r"\btests/[\w./:]*\w")
BOX = re.compile(r"^(`{3,}|:{3,})\{prf:property\}[^\n]*\n:label: (\S+)$", re.MULTILINE)
FOLD = re.compile(r"^(`{3,}|:{3,})\{dropdown\} Where this differs from our sources$.*?^\1$", re.MULTILINE | re.DOTALL)
SOURCES = re.compile(r"\bRust\b|rust_book|workshop|slides|this (?:book|chapter) grew out of", re.IGNORECASE)


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown")


def paths_in(text: str) -> list[str]:
    return PATH.findall(text)


def quarrels_in(text: str) -> list[str]:
    """Return the words that speak of a source, outside the folds that are for it."""
    return SOURCES.findall(FOLD.sub("", text))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_path_of_a_test_is_in_running_text(path: Path) -> None:
    assert paths_in(prose(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_source_is_spoken_of_in_its_fold(path: Path) -> None:
    if path.stem == "step_cost":
        return  # it races the program that it speaks of
    assert quarrels_in(prose(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_box_of_a_chapter_has_an_entry_and_each_entry_a_box(path: Path) -> None:
    labels = [label for _, label in BOX.findall(prose(path))]
    assert sorted(labels) == sorted(entries(ROOT).get(path.stem, {}))


@pytest.mark.parametrize("entry", LAWS)
def test_the_tests_of_a_law_are_there_and_are_what_its_badge_says(entry: Entry) -> None:
    assert unkept(entry) == []


def unkept(entry: Entry) -> list[str]:
    """Return what is wrong with how a law is said to be tried."""
    if entry.tried == "types":
        checked = [test for test in entry.tests if test.startswith("tests/typing/") and (ROOT / test).is_file()]
        return [f"no checker reads {test}" for test in entry.tests if test not in checked]
    wrong = [f"there is no {test}" for test in entry.tests if not is_a_test(test)]
    drawn = any(map(draws_values, entry.tests))
    if entry.tried == "random" and not drawn:
        wrong.append("no test draws values")
    if entry.tried == "cases" and drawn:
        wrong.append("a test draws values: that is more than chosen cases")
    if entry.tried == "exact" and not compares_exactly(entry.tests[0]):
        wrong.append("the first test allows rounding")
    return wrong


EXACT, DRAWN = "tests/ch02_arrows/test_category.py::test_interchange", "tests/ch03_prediction/test_prediction.py"
ROUNDED = f"{DRAWN}::test_softmax_does_not_see_a_shift"
CHOSEN = "tests/ch04_training/test_training.py::test_all_45_parameters_against_central_differences"


@pytest.mark.parametrize(
    ("tried", "tests", "wrong"),
    [
        ("exact", (EXACT,), []),
        ("random", (ROUNDED, EXACT), []),
        ("cases", (CHOSEN,), []),
        ("types", ("tests/typing/compositions.py",), []),
        ("exact", (ROUNDED, EXACT), ["the first test allows rounding"]),
        ("exact", (f"{EXACT}s",), [f"there is no {EXACT}s", "the first test allows rounding"]),
        ("random", (CHOSEN,), ["no test draws values"]),
        ("cases", (CHOSEN, EXACT), ["a test draws values: that is more than chosen cases"]),
        ("types", ("tests/typing/nothing.py",), ["no checker reads tests/typing/nothing.py"]),
        ("types", (EXACT,), [f"no checker reads {EXACT}"]),
    ],
)
def test_a_badge_that_promises_too_much_is_noticed(tried: str, tests: tuple[str, ...], wrong: list[str]) -> None:
    assert unkept(Entry(tried, tests)) == wrong


def test_a_path_and_a_quarrel_in_running_text_are_noticed() -> None:
    fold = "```{dropdown} Where this differs from our sources\nThe Rust book {cite}`rust_book`.\n```\n"
    assert paths_in(
        "As `tests/ch02_arrows/test_category.py::test_interchange` and `tests/typing/compositions.py`."
    ) == [
        "tests/ch02_arrows/test_category.py::test_interchange",
        "tests/typing/compositions.py",
    ]
    assert paths_in("A test tries it; the tests are many.") == []
    assert quarrels_in(f"It trusts you.\n\n{fold}\nWe trust it.") == []
    assert quarrels_in(f"{fold}\nThe workshop says otherwise.") == ["workshop"]
    assert quarrels_in(fold.replace("Where this differs from our sources", "Answer")) == ["Rust", "rust_book"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"tried": "often", "tests": [EXACT]}, "in one of the ways random, exact, types, cases, and not 'often'"),
        ({"tried": "exact"}, "needs `tried` and `tests`, and nothing else"),
        ({"tried": "exact", "tests": [EXACT], "why": "?"}, "needs `tried` and `tests`, and nothing else"),
        ({"tried": "exact", "tests": []}, "names no tests: who doubts a law wants to run what holds it"),
        ({"tried": "exact", "tests": EXACT}, "names no tests"),
        ({"tried": "exact", "tests": [" "]}, "names no tests"),
        ("exact", "needs `tried` and `tests`"),
    ],
)
def test_an_entry_that_lacks_something_is_refused(fields: object, says: str) -> None:
    with pytest.raises(ExtensionError) as refused:
        entry_of("05, powers", fields)
    assert str(refused.value).startswith(f"{FOLDER}: 05, powers ")
    assert says in str(refused.value)


def page_with(*labels: str, title: str = " (Law. It holds)") -> nodes.document:
    """Return a page with boxes as sphinx-proof makes them."""
    page = new_document("page")
    for label in labels:
        page += nodes.admonition(
            "",
            nodes.title("", title),
            nodes.section("", nodes.paragraph("", "In words.")),
            realtype="property",
            label=label,
            title=title,
        )
    return page


def app_for(folder: Path, docname: str, text: str) -> Any:
    path = folder / FOLDER / f"{Path(docname).name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return SimpleNamespace(srcdir=str(folder), env=SimpleNamespace(docname=docname, note_dependency=Path))


ENTRIES = f'[powers]\ntried = "exact"\ntests = ["{EXACT}"]\n'


def test_the_badge_of_a_box_opens_and_names_the_tests(tmp_path: Path) -> None:
    page = page_with("powers")
    add_badges(app_for(tmp_path, "book/01_small", ENTRIES), page)
    [content] = page.findall(nodes.section)
    fold: Any = content.children[-1]
    assert content.astext().startswith("In words.")
    assert (fold["tag"], fold["attributes"]) == ("details", {"CLASS": "law-tried"})
    assert [part["tag"] for part in fold.children] == ["summary", "p", "ul"]
    assert [part.astext() for part in fold.children] == ["✓ exact", TRIED["exact"].means, EXACT]


@pytest.mark.parametrize(
    ("labels", "title", "text", "says"),
    [
        (("powers", "twin"), " (Law. A)", ENTRIES, f"01_small: {FOLDER} does not say how twin was tried"),
        ((), " (Law. A)", ENTRIES, f"{FOLDER} says how powers of 01_small was tried, and the page has no box"),
        (("powers",), " (Law. A)", ENTRIES.replace("exact", "cases"), "powers is a law, which holds for every value"),
    ],
)
def test_a_box_without_an_entry_and_an_entry_without_a_box_stop_the_build(
    labels: tuple[str, ...], title: str, text: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(ExtensionError) as refused:
        add_badges(app_for(tmp_path, "book/01_small", text), page_with(*labels, title=title))
    assert says in str(refused.value)


def test_chosen_cases_are_enough_for_a_test_and_exercises_have_no_laws_of_their_own(tmp_path: Path) -> None:
    cases = ENTRIES.replace("exact", "cases")
    page = page_with("powers", title=" (Test. A)")
    add_badges(app_for(tmp_path, "book/01_small", cases), page)
    assert "✓ tried on chosen cases" in page.astext()
    add_badges(app_for(tmp_path, "exercises/release/01_small/01_small", cases), page_with())


def test_laws_of_a_page_that_is_not_in_the_book_stop_the_build(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "01_small.toml").write_text(ENTRIES, encoding="utf-8")
    app: Any = SimpleNamespace()
    env: Any = SimpleNamespace(srcdir=str(tmp_path), found_docs={"book/01_small"})
    refuse_lost_pages(app, env, [])
    env.found_docs = {"exercises/01_small", "book/02_large"}
    with pytest.raises(ExtensionError, match=r"/01_small\.toml says how laws were tried, and the book has no"):
        refuse_lost_pages(app, env, [])
