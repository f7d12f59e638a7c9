"""What a page says in its head about itself; that no two say the same is asked of the built book."""

from __future__ import annotations

from book_pages.descriptions import describe, opening, questions, shortened
from docutils import nodes
from docutils.core import publish_doctree

CHAPTER = """
A title
=======

**Which of its 45 numbers should move,
and by how much?** A *training* step answers. {long}

Another paragraph.
"""
EXERCISES = """
Exercises 4. One training step
==============================

These questions go with chapter 4.

1. A step
---------

Text.

2. Is it one?
-------------
"""


def doctree(text: str) -> nodes.document:
    return publish_doctree(text, settings_overrides={"doctitle_xform": False})


def described(page: str, text: str | None, **context: str) -> str:
    made = {"metatags": "", **context}
    describe(None, page, "", made, doctree(text) if text else None)  # type: ignore[arg-type]
    return made["metatags"].strip()


def test_a_chapter_is_described_by_its_opening_in_whole_sentences() -> None:
    expected = "Which of its 45 numbers should move, and by how much? A training step answers."
    assert opening(doctree(CHAPTER.format(long="It is a long way to go. " * 9))).startswith(f"{expected} It is a long")
    assert opening(doctree(CHAPTER.format(long=f"It {'is ' * 60}."))) == expected


def test_a_first_sentence_stays_whole_however_long() -> None:
    assert shortened(["a" * 500, "b"]) == "a" * 500


def test_a_page_of_exercises_is_described_by_its_questions() -> None:
    assert questions(doctree(EXERCISES)) == "Exercises 4. One training step. 1. A step. 2. Is it one?"
    assert "1. A step" in described("exercises/release/04_x/04_x", EXERCISES)


def test_a_description_stands_in_the_head_once() -> None:
    page = 'A title\n=======\n\nIs 1 < 2 "true"?\n'
    made = '<meta name="description" content="Is 1 &lt; 2 &quot;true&quot;?">'
    assert described("book/a", page) == made
    written = '<meta content="by hand" name="description" />'
    assert described("book/a", page, metatags=written) == written


def test_the_search_has_a_description_and_other_pages_without_a_text_have_none() -> None:
    assert "Search every chapter" in described("search", None)
    assert described("genindex", None) == ""
    assert described("book/a", "A title\n=======\n") == ""
