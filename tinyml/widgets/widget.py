"""Widget: what every widget of the book is, in a live notebook and on a page without Python.

    traits          the settings, readable and writable from Python, checked on both sides
    certificate     reference values that Python computed and the browser recomputes
    fallback        a picture with its numbers, for a page without JavaScript

One MIME bundle carries all three: the live view, a deterministic HTML island and a plain text.
Checked by tests/widgets/test_widgets.py and, in a browser, by tests/browser/test_widget_host.py.
"""

from __future__ import annotations

import html
import json
import math
from abc import abstractmethod
from base64 import b64encode
from typing import Any, ClassVar

import anywidget
import traitlets

from tinyml.widgets.linking import module_text, style_text

FEWEST_REFERENCES = 12


class Number(traitlets.Float[float, Any]):
    """A finite float within min and max; bool is refused."""

    def validate(self, obj: Any, value: Any) -> float:
        if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
            self.error(obj, value)
        return super().validate(obj, value)


class Count(traitlets.Int[int, Any]):
    """An int within min and max; bool is refused."""

    def validate(self, obj: Any, value: Any) -> int:
        if isinstance(value, bool):
            self.error(obj, value)
        return super().validate(obj, value)


class Widget(anywidget.AnyWidget):
    """The base of all widgets.  A subclass sets `name` (its folder) and declares its settings as traits.

    A setting is a trait with `.tag(sync=True, setting=True)`; limits (`min`, `max`) and choices (`Enum`) of the
    trait hold in Python, in the controls and in the address alike.  The subclass supplies `certificate`,
    `fallback_svg`, `alt` and `caption`.
    """

    name: ClassVar[str]

    certificate = traitlets.Dict(read_only=True).tag(sync=True)
    settings = traitlets.Dict(read_only=True).tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            cls._esm = module_text(cls.name)
            cls._css = style_text(cls.name)

    def __init__(self, **settings: Any) -> None:
        unknown = sorted(set(settings) - set(self.setting_names()))
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no setting {unknown[0]!r}; it has {', '.join(self.setting_names())}"
            )
        super().__init__(**settings)
        self.set_trait("settings", {name: self._described(name) for name in self.setting_names()})
        self.set_trait("certificate", {key: _plain(value) for key, value in self.references().items()})

    @classmethod
    def setting_names(cls) -> list[str]:
        """Return the names of the settings, sorted."""
        return sorted(cls.class_traits(setting=True))

    def _described(self, name: str) -> dict[str, Any]:
        """Return the start value and the limits of a setting, as the controls and the address use them."""
        trait = self.traits()[name]
        items = getattr(trait, "_trait", None) or trait  # the items of a List
        described: dict[str, Any] = {"initial": getattr(self, name)}
        for limit in ("min", "max"):
            bound = getattr(items, limit, None)
            if bound is not None and math.isfinite(bound):
                described[limit] = bound
        if isinstance(trait, traitlets.List):
            described |= {"fewest": trait._minlen, "most": trait._maxlen}
        if isinstance(items, traitlets.Int):
            described["whole"] = True
        if isinstance(items, traitlets.Enum):
            described["choices"] = list(items.values or ())
        return described

    @abstractmethod
    def references(self) -> dict[str, Any]:
        """Return at least 12 telling values, computed by `tinyml`, that the module recomputes under the same keys.

        Values are numbers, lists of numbers or texts.
        """

    @abstractmethod
    def fallback_svg(self) -> str:
        """Return the picture at the present settings as a complete SVG document."""

    @property
    @abstractmethod
    def alt(self) -> str:
        """What the picture shows, for those who do not see it."""

    @property
    @abstractmethod
    def caption(self) -> str:
        """The numbers of the picture, in a sentence or two of plain text."""

    def numbers(self) -> dict[str, Any]:
        """Return what the number tables show at the present settings, computed by `tinyml`, under their names.

        An array has the shape or the order of its table; a cell may be a text.  A widget without number tables
        has none.
        """
        return {}

    def shown(self) -> dict[str, float]:
        """Return the numbers that a sentence of the book may show at the present settings, computed by `tinyml`.

        The page computes them again, under the same names, whenever a setting moves; nan where there is no number.
        """
        return {}

    def island(self) -> str:
        """Return the HTML of this widget for a page without Python: its state, and a picture with its numbers."""
        traits = {name: getattr(self, name) for name in self.setting_names()}
        state = {"traits": traits, "settings": self.settings, "certificate": self.certificate}
        data = json.dumps(state, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
        picture = b64encode(self.fallback_svg().encode()).decode()
        return (
            f'<div class="tinyml-widget" data-widget="{self.name}">'
            f'<script type="application/json">{data}</script>'
            f'<figure><img src="data:image/svg+xml;base64,{picture}" alt="{html.escape(self.alt)}">'
            f"<figcaption>{html.escape(self.caption, quote=False)}</figcaption></figure></div>"
        )

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.setting_names())
        return f"{type(self).__name__}({shown})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": self.island(), "text/plain": repr(self)}, metadata


def _plain(value: Any) -> Any:
    """Return lists for arrays and tuples, and Python's numbers for numpy's: what JSON has."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value
