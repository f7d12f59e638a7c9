"""Moves: what a sentence asks of a widget or shows of it, and whether the widget can do that.

    {set}`at step 13 <training_explorer?step_count=13>`     settings, as in an address; the others are at their start
    {drag}`13 <training_explorer?step_count>`               the setting that is 13 where the sentence begins
    {shown}`1.073664 <training_explorer?loss>`              what the widget's `shown` calls `loss`, to as many decimals

The class of the widget in `tinyml.widgets` is asked: it refuses a setting that it does not have and a value outside its
limits, and it computes the numbers, so that none is right by hand alone.
Checked by tests/book/test_sentences.py.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, final
from urllib.parse import quote, unquote

import traitlets
from sphinx.errors import ExtensionError

from tinyml import widgets
from tinyml.widgets.widget import Widget

Role = Literal["set", "drag", "shown"]
Start = Mapping[str, Any]
"""The settings with which a widget opens."""
TARGET = re.compile(r"(?:(?P<page>[^#?]+)#)?(?P<widget>[a-z_]+(?:-\d+)?)\?(?P<query>.+)", re.DOTALL)
NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")  # noqa: RUF001  # a minus, as the text has it
EXAMPLES: dict[Role, str] = {
    "set": "{set}`at step 13 <training_explorer?step_count=13>`",
    "drag": "{drag}`13 <training_explorer?step_count>`",
    "shown": "{shown}`1.073664 <training_explorer?loss>`",
}


@final
@dataclass(frozen=True, slots=True)
class Move:
    """A role of a sentence: its words, the widget by its key in an address, and a text for each name.

    The texts are those of settings, or of the one number that is dragged or shown.
    """

    role: Role
    words: str
    page: str
    widget: str
    texts: Mapping[str, str]

    def __str__(self) -> str:
        return f"{{{self.role}}}`{self.words}`"


def move_of(role: Role, words: str, target: str) -> Move:
    """Return what a role says, as it is written: its words, and what stands in its angle brackets."""
    found = TARGET.fullmatch(target)
    if not found or words == target:
        raise ExtensionError(f"{{{role}}}`{words}` has to name a widget and what it is about, as in {EXAMPLES[role]}")
    pairs = [pair.partition("=") for pair in found["query"].split("&")]
    if role == "set":
        texts = {name: unquote(text) for name, _, text in pairs}
        written = all(equals for _, equals, _ in pairs) and len(texts) == len(pairs)
    else:
        texts = {found["query"]: words.replace("−", "-")}  # noqa: RUF001
        written = found["query"].isidentifier() and bool(NUMBER.fullmatch(words))
    if not written:
        raise ExtensionError(f"{{{role}}}`{words} <{target}>` is written otherwise, as in {EXAMPLES[role]}")
    return Move(role, words, found["page"] or "", found["widget"], texts)


def address_of(widget: str, texts: Mapping[str, str]) -> str:
    """Return the part of an address that sets a widget, as kit/address.js writes it.

    >>> address_of("law_lab", {"function": "n + 1"})
    'law_lab?function=n%20%2B%201'
    """
    return f"{widget}?" + "&".join(f"{name}={quote(text, safe='')}" for name, text in texts.items())


def widget_at(widget: str, start: Start, texts: Mapping[str, str]) -> Widget:
    """Return a widget as an address opens it; TypeError or TraitError: it has no such setting, or not this value."""
    name = widget.partition("-")[0]
    kind = cast("type[Widget]", getattr(widgets, name.title().replace("_", "")))
    return kind(**{**start, **{setting: value_of(text, start.get(setting)) for setting, text in texts.items()}})


def value_of(text: str, start: object) -> Any:
    """Return what a text in an address stands for: beside a text at the start itself, otherwise what it is as JSON."""
    if isinstance(start, str):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text  # which the setting refuses in its own words


def refuse_wrong(where: str, move: Move, start: Start, dragged: Mapping[str, str]) -> None:
    """Stop unless a widget can do what a sentence asks and computes what it shows.

    `dragged` has the settings that are dragged in the same sentence, where the numbers shown belong to.
    """
    try:
        widget = widget_at(move.widget, start, dragged if move.role == "shown" else move.texts)
    except (TypeError, traitlets.TraitError) as error:
        raise ExtensionError(f"{where}, {move}: {error}") from error
    if move.role == "set":
        return  # the widget has taken it
    [(name, text)] = move.texts.items()
    if fault := (fault_of_drag if move.role == "drag" else fault_of_shown)(widget, name, text):
        raise ExtensionError(f"{where}, {move}: {fault}")


def fault_of_drag(widget: Widget, name: str, text: str) -> str:
    """Return why a number cannot be dragged, or nothing."""
    value = getattr(widget, name)
    if not {"min", "max"} <= set(widget.settings[name]):
        return f"`{name}` is no number between two limits, so it cannot be dragged; `{{set}}` can set it"
    return "" if text == f"{value:.6g}" else f"the widget writes this value as {value:.6g}"


def fault_of_shown(widget: Widget, name: str, text: str) -> str:
    """Return why a number is not what the widget computes, or nothing."""
    numbers = widget.shown()
    if name not in numbers:
        lends = ", ".join(numbers) or "none; its method `shown` says which"
        return f"{type(widget).__name__} lends no number called `{name}` to sentences, but: {lends}"
    places = len(text.partition(".")[2])
    if not math.isfinite(numbers[name]):
        return f"there is no {name} at {widget!r}"
    computed = f"{numbers[name]:.{places}f}"
    return "" if text == computed else f"the widget computes {computed} at {widget!r}"
