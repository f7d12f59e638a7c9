"""grading.intake.pictures: what was pasted into a text reaches whoever marks it, and does nothing but be looked at."""

from __future__ import annotations

import base64
import json
from typing import Any

import notebooks
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from planted_class import master

from grading.gradebook import marked
from grading.intake import pictures
from grading.intake.master import Master, master_of
from grading.intake.pictures import Picture, pictures_of, shown
from grading.intake.read import read
from grading.intake.rebuild import rebuild

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(50))).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff" + bytes(50)).decode()
TEXT = "Because.\n\n![image.png](attachment:image.png)"


def handed_in(*cells: dict[str, Any]) -> bytes:
    """Return a notebook with these cells in the place of its text, each with the name of that."""
    name = text_of_the_master()
    texts = [{"cell_type": "markdown", "source": TEXT, "metadata": {"nbgrader": {"grade_id": name}}} for _ in cells]
    return json.dumps({"cells": [{**text, **cell} for text, cell in zip(texts, cells, strict=True)]}).encode()


def text_of_the_master() -> str:
    return next(cell.name for cell in shape().marked if cell.role == "by hand")


def shape() -> Master:
    return master_of(notebooks.text_of(master()).encode())


def marked_cell(content: bytes) -> tuple[Any, Any]:
    """Return the marked notebook, and the cell with the text in it."""
    made = marked.marked(notebooks.text_of(master()).encode(), rebuild(shape(), read(content)))
    return made, next(cell for cell in made.cells if cell.id == text_of_the_master())


def test_a_pasted_picture_is_shown_below_its_text() -> None:
    made, cell = marked_cell(handed_in({"attachments": {"<b>.png": {"image/png": [PNG[:9], "\n", PNG[9:]]}}}))
    assert list(cell.attachments.values()) == [{"image/png": PNG}]
    assert "![image.png] (attachment:image.png)" in cell.source
    page, _ = HTMLExporter().from_notebook_node(made)  # type: ignore[no-untyped-call]
    assert f'src="data:image/png;base64,{PNG}"' in page


def test_the_pictures_of_all_parts_of_a_text_are_kept_and_none_twice() -> None:
    one, two = {"a": {"image/png": PNG}}, {"b": {"image/jpeg": JPEG}}
    _, cell = marked_cell(handed_in({"attachments": one}, {"attachments": two}, {"attachments": one}))
    assert list(cell.attachments.values()) == [{"image/png": PNG}, {"image/jpeg": JPEG}]
    assert cell.source.count("](attachment:") == 2


@pytest.mark.parametrize(
    "bundle",
    [
        {"image/svg+xml": "<svg onload='alert(1)'/>"},
        {"text/html": "<script>"},
        {"image/png": JPEG},
        {"image/png": f'{PNG}" onload="alert(1)'},
        {"image/png": "\u00e9"},
        {"image/png": None},
        "image/png",
        None,
    ],
)
def test_what_could_do_something_or_is_no_picture_is_counted_and_not_shown(bundle: Any) -> None:
    _, cell = marked_cell(handed_in({"attachments": {"image.png": bundle, "b": {"image/png": PNG}}}))
    assert list(cell.attachments.values()) == [{"image/png": PNG}]
    assert cell.source.endswith("Pictures in the file that cannot be shown here: 1.")


def test_pictures_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {str(number): {"image/png": PNG} for number in range(pictures.MOST_PICTURES + 3)}
    assert [one.kind for one in pictures_of(many)] == ["image/png"] * pictures.MOST_PICTURES + [""] * 3
    monkeypatch.setattr(pictures, "LARGEST_PICTURE", 20)
    assert pictures_of({"a": {"image/png": PNG}}) == (Picture(),)


def test_another_picture_has_another_name() -> None:
    (one, _), (other, _) = (shown([Picture(kind, data)]) for kind, data in (("image/png", PNG), ("image/png", JPEG)))
    assert one != other


json_values = st.recursive(st.none() | st.booleans() | st.text() | st.just(PNG), lambda inner: st.lists(inner) | (
    st.dictionaries(st.text() | st.sampled_from([*pictures.KINDS]), inner)
))  # fmt: skip


@given(json_values)
def test_whatever_is_attached_is_read(value: Any) -> None:
    lines, attachments = shown(pictures_of(value))
    assert lines.count("](attachment:") == len(attachments)
    assert {kind for bundle in attachments.values() for kind in bundle} <= set(pictures.KINDS)
