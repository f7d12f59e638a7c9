"""How a guess is written in HTML: the question with its options, and a fold with what is said of each answer.

Without a script it is read from top to bottom: the question, its options, what they are about, and the fold.  With one
(book/_guesses) the same elements become a form: it reads the keys from the fold, and shows a sentence of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from docutils import nodes

from book_pages.guesses_asked import Asked
from book_pages.guesses_toml import VERDICTS, Answers, Choice, Found, Number, Option, Order, Text
from book_pages.markup import html, markup

Inline = Callable[[str], list[nodes.Node]]
"""Reads one sentence of Markdown."""
WHEN_NEAR = dict(zip(VERDICTS, ("Near it:", "Off by a factor:", "The other sign:", "Far from it:"), strict=True))
STRAIGHT = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}


def question(title: str, key: str, guess: Asked, asked: list[nodes.Node], items: list[nodes.list_item]) -> markup:
    """Return the question: what leads to it, its last sentence as the legend, and the fields of its kind."""
    *before, last = asked
    box = html(
        "div",
        {"CLASS": "guess", "data-guess": key, "data-kind": guess.kind},
        html("p", {"CLASS": "guess-title"}, title),
        *before,
        html("fieldset", {}, html("legend", {}, *last.children), *fields_of(guess, items)),
    )
    box["ids"] = [f"guess-{guess.name}"]
    return box


def fields_of(guess: Asked, items: list[nodes.list_item]) -> list[nodes.Node]:
    if guess.kind == "choice":
        return [choosable(guess.name, item) for item in items]
    if guess.kind == "order":
        return [html("ul", {"CLASS": "guess-order"}, *map(sortable, items))]
    typed = {"autocomplete": "off", "spellcheck": "false"}
    if guess.kind == "number":
        field = html("input", {"type": "text", "inputmode": "decimal"} | typed)
        return [html("label", {"CLASS": "guess-typed"}, "Your number ", field)]
    return [html("label", {"CLASS": "guess-typed"}, "Your words ", html("textarea", {"rows": "3"} | typed))]


def words_of(item: nodes.list_item) -> str:
    """Return an option as book/guesses/ calls it, with the quotes and apostrophes of a keyboard."""
    return " ".join(item.astext().translate(STRAIGHT).split())


def inline_of(item: nodes.list_item) -> list[nodes.Node]:
    return cast("nodes.paragraph", item.children[0]).children


def choosable(name: str, item: nodes.list_item) -> markup:
    field = {"type": "radio", "name": f"guess-{name}", "value": words_of(item), "autocomplete": "off"}
    return html("label", {"CLASS": "guess-option"}, html("input", field), html("span", {}, *inline_of(item)))


def sortable(item: nodes.list_item) -> markup:
    return html("li", {"data-option": words_of(item)}, html("span", {}, *inline_of(item)))


def fold(key: str, guess: Asked, keys: Found, items: list[nodes.list_item], inline: Inline) -> markup:
    """Return what is said of each answer, folded, with the key of a number as the chapter has computed it."""
    title, given, sentences = FOLDS[type(guess.answers)](guess.answers, keys, items, inline)
    attributes: dict[str, str | None] = {"CLASS": "guess-answers", "data-answers": key, **given}
    return html("details", attributes, html("summary", {}, title), *sentences)


Fold = tuple[str, dict[str, str], list[nodes.Node]]
"""The title of a fold, what its element carries for the script, and its sentences."""


def sentence(answer: str, text: list[nodes.Node], *, lead: Iterable[nodes.Node] = (), right: bool = False) -> markup:
    """Return one entry of a fold; a script shows what is in its `guess-says`."""
    mark = [html("span", {"CLASS": "guess-mark"}, "right")] if right else []
    attributes = {"data-answer": answer} | ({"data-right": ""} if right else {})
    parts: list[nodes.Node | str] = [
        html("b", {}, *lead),
        " ",
        *mark,
        " ",
        html("span", {"CLASS": "guess-says"}, *text),
    ]
    return html("li", attributes, *parts)


def option_sentences(options: Iterable[Option], items: list[nodes.list_item], inline: Inline) -> list[nodes.Node]:
    """Return a sentence for each option, under its words as the chapter has them."""
    words = {words_of(item): [child.deepcopy() for child in inline_of(item)] for item in items}
    return [sentence(own.text, inline(own.says), lead=words[own.text], right=own.right) for own in options]


def choice_fold(choice: Choice, _keys: Found, items: list[nodes.list_item], inline: Inline) -> Fold:
    return "Each answer", {}, [html("ul", {}, *option_sentences(choice.options, items, inline))]


def number_fold(number: Number, keys: Found, _items: list[nodes.list_item], inline: Inline) -> Fold:
    value = float(cast("float", keys["value"])) + 0.0  # without the sign of a zero
    given = {"data-value": f"{value:.12g}", "data-near": f"{number.near:g}", "data-factor": f"{number.factor:g}"}
    computed = html("p", {"CLASS": "guess-key"}, f"The chapter computes {value:{number.form}}.")
    rows = [sentence(name, inline(number.says[name]), lead=[nodes.Text(WHEN_NEAR[name])]) for name in VERDICTS]
    return "The number", given, [computed, html("ul", {}, *rows)]


def order_fold(order: Order, _keys: Found, items: list[nodes.list_item], inline: Inline) -> Fold:
    verdicts = {"right": "In order:", "wrong": "Otherwise:"}
    rows = [sentence(name, inline(order.says[name]), lead=[nodes.Text(words)]) for name, words in verdicts.items()]
    places = html("ol", {"CLASS": "guess-right-order"}, *option_sentences(order.options, items, inline))
    return "The order", {}, [places, html("ul", {}, *rows)]


def text_fold(text: Text, _keys: Found, _items: list[nodes.list_item], inline: Inline) -> Fold:
    return "Our words", {}, [html("ul", {}, sentence("ours", inline(text.ours), lead=[nodes.Text("Ours:")]))]


FOLDS: dict[type[Answers], Callable[..., Fold]] = {
    Choice: choice_fold,
    Number: number_fold,
    Order: order_fold,
    Text: text_fold,
}
