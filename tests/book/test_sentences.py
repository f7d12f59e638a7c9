"""Sentences that move a widget: what a role may say, which page it means, and numbers that the widget computes.

What a reader does with them is tested in tests/browser/test_sentences.py.
"""

from __future__ import annotations

import gzip
import math
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import notebooks
import pytest
from book_pages import everywhere
from book_pages.islands import starts_of
from book_pages.sentence_moves import Move, Role, address_of, move_of, refuse_wrong
from book_pages.sentences import page_of
from sentence_project import PAGES, write_pages
from sphinx.errors import ExtensionError

from tinyml.widgets import BugToggles, LawLab, TrainingExplorer

ROOT = Path(__file__).parent.parent.parent
WRITTEN = re.compile(r"\{(set|drag|shown)\}`([^`]+?)\s*<([^`>]+)>`")
"""A moving part as it stands in the source of a page."""
MOST = 8_000  # bytes, zipped, that a page spends on asking, moving and remembering
START = {"step_count": 1, "learning_rate": 1.0, "sentence": ""}
BUGS = {"run": "A", "guess": "", "revealed": False, "sentence": ""}


@pytest.mark.parametrize(
    ("role", "words", "target", "says"),
    [
        ("set", "at step 13", "at step 13", "has to name a widget and what it is about, as in {set}`at step 13 <"),
        ("set", "training_explorer?step_count=1", "training_explorer?step_count=1", "has to name a widget"),
        ("drag", "13", "training_explorer", "has to name a widget and what it is about, as in {drag}`13 <"),
        ("set", "at step 13", "#training_explorer?x=1", "has to name a widget"),
        ("set", "at step 13", "training_explorer?step_count", "is written otherwise, as in {set}`at step 13 <"),
        ("set", "at step 13", "training_explorer?step_count=1&step_count=2", "is written otherwise"),
        ("drag", "13", "training_explorer?step_count=13", "is written otherwise, as in {drag}`13 <"),
        ("drag", "thirteen", "training_explorer?step_count", "is written otherwise"),
        ("shown", "1.07 or so", "training_explorer?loss", "is written otherwise, as in {shown}`1.073664 <"),
    ],
)
def test_a_role_that_says_too_little_is_refused_with_an_example(role: Role, words: str, target: str, says: str) -> None:
    with pytest.raises(ExtensionError) as refused:
        move_of(role, words, target)
    assert f"{{{role}}}`{words}" in str(refused.value)
    assert says in str(refused.value)


def test_a_role_names_a_widget_and_its_settings() -> None:
    move = move_of("set", "a cat", "05_more#training_explorer-2?sentence=the%20cat%3B&step_count=3")
    assert move == Move("set", "a cat", "05_more", "training_explorer-2", {"sentence": "the cat;", "step_count": "3"})
    assert move_of("drag", "−3", "bench?shift") == Move("drag", "−3", "", "bench", {"shift": "-3"})


def test_an_address_is_the_one_that_a_page_reads(ask_javascript: Any) -> None:
    texts = {"sentence": "a;b?c=d&e#f % ü ' 🙂", "step_count": "10"}
    address = address_of("training_explorer-2", texts)
    assert ask_javascript("kit/address.js", "readAddress", [[f"#{address}"]]) == [{"training_explorer-2": texts}]


@pytest.mark.parametrize(
    ("role", "words", "target", "says"),
    [
        (
            "set",
            "so",
            "training_explorer?steps=3",
            "has no setting 'steps'; it has learning_rate, sentence",
        ),
        ("set", "so", "training_explorer?step_count=400", "should not be greater than 200, but a value of 400"),
        ("set", "so", "training_explorer?step_count=many", "expected an int, not the str 'many'"),
        ("set", "so", "training_explorer?learning_rate=NaN", "expected a float"),
        ("set", "so", "training_explorer?sentence=cat", "sentence needs two words"),
        ("set", "so", "bug_toggles?run=F", "expected any of ['A', 'B', 'C', 'D', 'E'], not the str 'F'"),
        ("drag", "400", "training_explorer?step_count", "should not be greater than 200"),
        ("drag", "3", "training_explorer?loss", "has no setting 'loss'"),
        ("drag", "1.0", "training_explorer?learning_rate", "the widget writes this value as 1"),
        ("drag", "1", "bug_toggles?revealed", "`revealed` is no number between two limits"),
        ("shown", "1.549408", "training_explorer?loss", "the widget computes 1.549409 at TrainingExplorer("),
        ("shown", "1.549", "training_explorer?lost", "lends no number called `lost` to sentences, but: loss, fall"),
        ("shown", "1.5", "bug_toggles?loss", "lends no number called `loss` to sentences, but: none"),
    ],
)
def test_what_a_widget_would_refuse_and_a_wrong_number_are_refused(
    role: Role, words: str, target: str, says: str
) -> None:
    move = move_of(role, words, target)
    with pytest.raises(ExtensionError) as refused:
        refuse_wrong("05_more", move, BUGS if move.widget == "bug_toggles" else START, {})
    assert str(refused.value).startswith(f"05_more, {{{role}}}`{words}`: ")
    assert says in str(refused.value)


def test_only_a_number_between_two_limits_can_be_dragged() -> None:
    with pytest.raises(ExtensionError, match="`sentence` is no number between two limits, so it cannot be dragged"):
        refuse_wrong("05", Move("drag", "5", "", "training_explorer", {"sentence": "5 6"}), START, {})


def test_a_number_is_what_the_widget_computes_where_its_sentence_is() -> None:
    loss = move_of("shown", "1.0737", "training_explorer?loss")
    refuse_wrong("05", loss, START, {"step_count": "13"})
    with pytest.raises(ExtensionError, match=r"the widget computes 1\.5494 at .*step_count=1\)"):
        refuse_wrong("05", loss, START, {})
    with pytest.raises(ExtensionError, match=r"the widget computes 0\.\d{4} at .*learning_rate=5\.0"):
        refuse_wrong("05", loss, START, {"step_count": "13", "learning_rate": "5"})
    with pytest.raises(ExtensionError, match="there is no fall at TrainingExplorer"):
        refuse_wrong("05", move_of("shown", "0.1", "training_explorer?fall"), START, {"step_count": "0"})


def test_what_a_widget_admits_is_right() -> None:
    refuse_wrong("05", move_of("set", "so", "training_explorer?step_count=200&sentence=a%20b"), START, {})
    refuse_wrong("05", move_of("set", "so", "bug_toggles?run=B&revealed=true"), BUGS, {})
    refuse_wrong("05", move_of("drag", "0.5", "training_explorer?learning_rate"), START, {})


SHOWN: dict[str, dict[str, Any]] = {
    "book/one": {"training_explorer": {}, "law_lab": {}},
    "book/two": {"training_explorer": {}, "bug_toggles": {}},
    "book/three": {},
}


@pytest.mark.parametrize(
    ("target", "docname", "page"),
    [
        ("training_explorer?x=1", "book/one", "book/one"),
        ("training_explorer?x=1", "book/two", "book/two"),
        ("law_lab?x=1", "book/three", "book/one"),
        ("two#training_explorer?x=1", "book/one", "book/two"),
        ("book/two#training_explorer?x=1", "book/three", "book/two"),
    ],
)
def test_a_widget_is_that_of_the_same_page_or_of_the_only_one_that_is_meant(
    target: str, docname: str, page: str
) -> None:
    assert page_of(move_of("set", "so", target), docname, SHOWN) == page


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("training_explorer?x=1", "book/one and book/two show this widget, so say which: <one#training_explorer?x=1>"),
        ("law_lap?x=1", "no page shows a widget 'law_lap'; there are bug_toggles, law_lab, training_explorer"),
        ("law_lab-2?x=1", "no page shows a widget 'law_lab-2'; there are"),
        ("two#law_lab?x=1", "no page called 'two' shows a widget 'law_lab'; book/one does"),
        (
            "wo#training_explorer?x=1",
            "no page called 'wo' shows a widget 'training_explorer'; book/one and",
        ),
    ],
)
def test_a_widget_that_is_nowhere_or_on_two_pages_is_refused(target: str, says: str) -> None:
    with pytest.raises(ExtensionError) as refused:
        page_of(move_of("set", "so", target), "book/three", SHOWN)
    assert f"book/three, {{set}}`so`: {says}" in str(refused.value)


def test_the_widgets_of_a_page_are_known_by_their_keys_and_how_they_open() -> None:
    islands = [TrainingExplorer(step_count=1, sentence="a <b>"), LawLab(), TrainingExplorer()]
    starts = starts_of("<p>and</p>".join(widget.island() for widget in islands))
    assert list(starts) == ["training_explorer", "law_lab", "training_explorer-2"]
    assert starts["training_explorer"] == {"step_count": 1, "learning_rate": 1.0, "sentence": "a <b>"}
    assert starts["training_explorer-2"]["step_count"] == 80


def stopped(folder: Path, **pages: str) -> str:
    """Return what a build says that stops."""
    with pytest.raises(subprocess.CalledProcessError) as found:
        write_pages(folder, {**PAGES, **{f"book/{name}": text for name, text in pages.items()}})
    said: str = found.value.stderr
    return said


def test_a_build_stops_at_a_number_that_no_widget_computes(tmp_path: Path) -> None:
    said = stopped(tmp_path, small=PAGES["book/small"].replace("1.073664", "1.073665"))
    assert "book/small, {shown}`1.073665`: the widget computes 1.073664" in said


def test_a_build_stops_at_a_number_of_another_page(tmp_path: Path) -> None:
    said = stopped(tmp_path, other="# Other\n\nStep {drag}`13 <small#training_explorer?step_count>`.\n")
    assert (
        "book/other, {drag}`13`: a number is dragged and shown on the page of its widget, and that is book/small"
        in said
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the articles of the small pages."""
    html = write_pages(tmp_path_factory.mktemp("sentences"))
    texts = {name: (html / "book" / f"{name}.html").read_text(encoding="utf-8") for name in ("small", "other")}
    return {name: text.partition("<article")[2].partition("</article>")[0] for name, text in texts.items()}


def test_a_page_has_the_words_and_what_the_script_needs(pages: dict[str, str]) -> None:
    for part in (
        'Go <a class="sentence-set" data-moves="training_explorer?step_count=13">to step 13</a>, <a',
        'data-moves="bug_toggles?run=B&amp;revealed=true">run B</a>.</p>',
        'Step <span class="sentence-drag" data-control="step_count" data-moves="training_explorer?step_count=13">13<',
        '<span class="sentence-shown" data-shows="training_explorer?loss=1.073664">1.073664</span>.</p>',
        'data-control="learning_rate" data-moves="training_explorer-2?learning_rate=2&amp;step_count=80">2</span>, ',
    ):
        assert part in pages["small"]


def test_a_page_leads_to_the_widgets_of_another(pages: dict[str, str]) -> None:
    assert '<a class="sentence-set" href="small.html#training_explorer?step_count=13">step 13</a> and' in pages["other"]
    assert 'href="small.html#bug_toggles?run=C">run C</a>.' in pages["other"]


def test_the_scripts_of_a_page_that_asks_and_moves_are_small() -> None:
    scripts = "\n".join(everywhere.script(everywhere.BOOK / folder) for folder in ("_guesses", "_sentences"))
    assert len(gzip.compress(scripts.encode())) <= MOST


def source(path: Path) -> str:
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown")


def widgets_on(path: Path) -> dict[str, dict[str, Any]]:
    """Return the widgets in the stored outputs of a page, and how they open."""
    if path.suffix == ".md":
        return {}
    outputs = (output for cell in notebooks.read(path).cells for output in cell.get("outputs", []))
    return starts_of("".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs))


SOURCES = {
    f"book/{path.stem}": path for path in sorted(everywhere.BOOK.glob("*.*")) if path.suffix in {".md", ".ipynb"}
}
STARTS = {name: widgets_on(path) for name, path in SOURCES.items()}
MOVING = [name for name, path in SOURCES.items() if WRITTEN.search(source(path))]


def sentences_in(text: str) -> Iterator[tuple[Move, Mapping[str, str]]]:
    """Return the moving parts of a source, each with what is dragged in its paragraph."""
    for paragraph in text.split("\n\n"):
        found = WRITTEN.findall(paragraph)
        moves = [move_of(cast("Role", role), " ".join(words.split()), target) for role, words, target in found]
        for move in moves:
            beside = [own.texts for own in moves if own.role == "drag" and own.widget == move.widget]
            yield move, {name: text for texts in beside for name, text in texts.items()}


@pytest.mark.parametrize("name", MOVING)
def test_every_sentence_of_the_book_is_what_its_widget_says(name: str) -> None:
    for move, dragged in sentences_in(source(SOURCES[name])):
        refuse_wrong(name, move, STARTS[page_of(move, name, STARTS)][move.widget], dragged)


@pytest.mark.parametrize("name", [name for name in MOVING if STARTS[name]])
def test_each_widget_of_a_page_that_moves_has_two_sentences_and_what_there_was_to_find(name: str) -> None:
    text = source(SOURCES[name])
    moved = [
        move.widget for move, _ in sentences_in(text) if move.role != "shown" and page_of(move, name, STARTS) == name
    ]
    assert [widget for widget in STARTS[name] if moved.count(widget) < 2] == []
    assert text.count("{dropdown} What there was to find") == len(STARTS[name])


def test_the_numbers_of_a_sentence_are_those_of_its_paragraph() -> None:
    text = "{drag}`2 <bench?a>` {shown}`3 <bench?b>`\n\n{shown}`4 <bench?b>` {drag}`5 <other?a>`"
    assert [dict(dragged) for _, dragged in sentences_in(text)] == [{"a": "2"}, {"a": "2"}, {}, {"a": "5"}]


def test_the_numbers_that_the_explorer_lends_are_the_same_in_python_and_in_the_page(ask_javascript: Any) -> None:
    steps = (0, 1, 13, 14, 200)
    widgets = [TrainingExplorer(step_count=count, learning_rate=rate) for rate in (1.0, 10.0) for count in steps]
    given = [[widget.trajectory().losses[0].tolist(), widget.step_count] for widget in widgets]
    answers = ask_javascript("training_explorer/training_explorer.js", "lent", given)
    for widget, answer in zip(widgets, answers, strict=True):
        expected = {name: None if math.isnan(number) else number for name, number in widget.shown().items()}
        assert answer == expected


def test_a_widget_lends_nothing_that_it_does_not_say() -> None:
    assert BugToggles().shown() == {}
