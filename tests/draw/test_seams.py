"""A text that was cut: each pair has an arc, and the arcs across seams are broken and named."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput, TokenSequence
from tinyml.draw import Drawing, seams

TUNE = TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]).indices
texts = st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=5), min_size=1, max_size=4)


def labels(drawing: Drawing) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(drawing.svg).iter("{http://www.w3.org/2000/svg}text")]


@given(texts)
def test_each_pair_has_an_arc_and_each_seam_a_broken_one_with_its_pair(parts: list[list[int]]) -> None:
    drawn = seams(parts)
    tokens = [token for part in parts for token in part]
    arcs = re.findall(r"<path d=\"M[^L\"]*Q[^>]*>", drawn.svg)
    assert len(arcs) == len(tokens) - 1
    assert sum("dasharray" in arc for arc in arcs) == len(parts) - 1
    across = [f"{left[-1]} {right[0]}" for left, right in pairwise(parts)]
    assert [label for label in labels(drawn) if re.fullmatch(r"\d+ \d+", label)] == across
    assert [label for label in labels(drawn) if label.isdigit()] == list(map(str, tokens))


def test_the_tune_in_two_halves_has_three_pairs_and_three_and_one_on_the_seam() -> None:
    drawn = seams([TUNE[:4], TUNE[4:]])
    assert repr(drawn) == (
        "A text in its parts. 1 2 3 4 | 1 2 3 4: inside the parts 3 pairs and 3 pairs, on a seam 4 1."
    )
    assert "on a seam" not in seams([TUNE]).description


@pytest.mark.parametrize("parts", [[], [[1], []]])
def test_a_part_without_a_token_is_not_drawn(parts: list[list[int]]) -> None:
    with pytest.raises(EmptyInput, match="each needs at least one token to be drawn"):
        seams(parts)
