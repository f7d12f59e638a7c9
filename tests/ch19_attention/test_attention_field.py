"""AttentionField: the page attends, masks and moves as the package does, and its words and its copied code say so."""

from __future__ import annotations

import math
import random
import re
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from broken_widgets import with_one_change
from snippets import ran

from tinyml import Product, attend, causal, everywhere
from tinyml.widgets import AttentionField
from tinyml.widgets.attention_field import (
    ALL,
    CASES,
    CAUSAL,
    FAR,
    KEYS,
    QUERIES,
    VALUES,
    allowed_in,
    reading_of,
    walk_of,
)
from tinyml.widgets.widget import Widget

FOLDER = "attention_field"
STRINGS = ["".join(digits) for digits in product("01", repeat=9)]
MASKS = [mask for mask in STRINGS if "1" in mask[:3] and "1" in mask[3:6] and "1" in mask[6:]]
HALF = {"q0": [0.0, 2.0], "mask": "110111111"}
SHOWN: list[dict[str, Any]] = [
    {},
    {"query": 1},
    {"query": 2, "mask": CAUSAL},
    {"mask": CAUSAL},
    {"query": 1, "mask": CAUSAL},
    HALF,
    {"q0": [0.0, 2.0]},
    {"q0": [0.0, 0.0]},
    {"q0": [0.0, 0.0], "mask": "101111111"},
    {"mask": "011111111"},
    {"k0": [2.0, 2.0]},
    {"query": 1, "q1": [-2.0, 2.0], "k1": [-2.0, 2.0], "k2": [2.0, -2.0]},
    {"query": 2, "mask": "111111001", "q2": [0.15, -1.25]},
    {"query": 2, "k0": [0.0, 0.0], "k1": [0.0, 0.0], "k2": [0.0, 0.0]},
]


def choice_of(own: Widget) -> dict[str, Any]:
    return {name: getattr(own, name) for name in own.setting_names()}


def words_of(ask_javascript: Any, function: str, given: list[dict[str, Any]]) -> list[str]:
    """Return what the page says, or what it copies, at these settings."""
    choices = [[choice_of(AttentionField(**own))] for own in given]
    told: list[str] = ask_javascript(f"{FOLDER}/telling.js", function, choices)
    return told


def drawn_arrows(rng: random.Random, far: float) -> list[list[float]]:
    return [[rng.uniform(-far, far) for _ in range(2)] for _ in range(3)]


def test_the_references_are_what_attend_gives() -> None:
    references = AttentionField().references()
    for name, (queries, keys, mask) in CASES.items():
        q, k, v = (np.array(own) for own in (queries, keys, VALUES))
        lens: Any = attend(2, allowed_in(mask))
        np.testing.assert_array_equal(references[f"outputs of {name}"], lens.get(Product(Product(q, k), v)))
        scores, weights = references[f"scores of {name}"], references[f"weights of {name}"]
        np.testing.assert_allclose(scores, [[(a * c + b * d) / math.sqrt(2) for c, d in k] for a, b in q], atol=1e-12)
        np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-14)
        assert (weights[~allowed_in(mask)] == 0).all()
        np.testing.assert_allclose(references[f"outputs of {name}"], weights @ v, atol=1e-15)
    largest = max(np.abs(references[f"scores of {name}"]).max() for name in CASES)
    assert largest > math.log(np.finfo(float).max), "a softmax without a shift would overflow here"


def test_the_two_masks_that_have_a_button_are_the_chapters() -> None:
    np.testing.assert_array_equal(allowed_in(CAUSAL), causal(3))
    np.testing.assert_array_equal(allowed_in(ALL), everywhere(3))


@pytest.mark.parametrize("far", [FAR, 60.0])
def test_under_every_mask_the_browser_reads_the_same(far: float, ask_javascript: Any) -> None:
    rng = random.Random(19)
    given = [(drawn_arrows(rng, far), drawn_arrows(rng, far), mask) for mask in MASKS]
    for (queries, keys, mask), own in zip(
        given, ask_javascript(f"{FOLDER}/weighing.js", "attended", given), strict=True
    ):
        reading = reading_of(queries, keys, mask)
        np.testing.assert_allclose(own["scores"], reading.scores, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(own["weights"], reading.weights, atol=1e-11)
        np.testing.assert_allclose(own["outputs"], reading.outputs, atol=1e-11)
        assert (np.array(own["weights"])[~allowed_in(mask)] == 0).all()


def test_python_and_the_browser_admit_the_same_masks(ask_javascript: Any) -> None:
    assert len(MASKS) == 343
    given = [*STRINGS, "", "1", "11111111", "1111111111", "11111111x", "111 111 111", "211111111", f"{ALL}\n"]
    told = ask_javascript(f"{FOLDER}/weighing.js", "readable", [[mask] for mask in given])
    for mask, readable in zip(given, told, strict=True):
        try:
            AttentionField(mask=mask)
        except traitlets.TraitError:
            assert not readable, mask
        else:
            assert readable, mask


def test_a_press_turns_one_digit_over_or_is_refused_where_it_would_leave_nothing(ask_javascript: Any) -> None:
    given = [(mask, row, column) for mask in MASKS for row in range(3) for column in range(3)]
    refused = 0
    for (mask, row, column), turned in zip(
        given, ask_javascript(f"{FOLDER}/weighing.js", "turnedOver", given), strict=True
    ):
        if turned is None:
            refused += 1
            assert mask[3 * row : 3 * row + 3].count("1") == 1
            assert mask[3 * row + column] == "1"
        else:
            assert [place for place in range(9) if turned[place] != mask[place]] == [3 * row + column]
            assert turned in MASKS
    assert refused == 3 * 3 * 7 * 7, "of each query's seven rows, three have one digit 1"


def test_the_walk_leads_to_the_output_and_the_page_goes_the_same_way(ask_javascript: Any) -> None:
    readings = [AttentionField(**own).reading() for own in SHOWN]
    rows = [reading.weights[query].tolist() for reading in readings for query in range(3)]
    ends = [reading.outputs[query] for reading in readings for query in range(3)]
    for row, end, own in zip(
        rows, ends, ask_javascript(f"{FOLDER}/weighing.js", "walkOf", [[row] for row in rows]), strict=True
    ):
        walk = walk_of(row)
        assert walk[0] == (0, 0)
        np.testing.assert_allclose(walk[3], end, atol=1e-15)
        np.testing.assert_allclose(own, walk, atol=1e-15)


def test_what_there_is_to_find() -> None:
    def shares(**given: Any) -> list[float]:
        told = AttentionField(**given).shown()
        return [told[f"weight_{key}"] for key in range(3)]

    start = shares()
    half = AttentionField(**HALF).shown()
    assert [half[f"weight_{key}"] for key in range(3)] == [0.5, 0.5, 0.0]
    assert (half["output_x"], half["output_y"]) == (0.5, 0.5)
    assert shares(q0=[0.0, 0.0]) == pytest.approx([1 / 3] * 3)
    blocked = shares(mask="011111111")
    assert blocked[0] == 0
    assert blocked[1] / blocked[2] == pytest.approx(start[1] / start[2]), "what is left is shared as before"
    longer = shares(k0=[2.0, 2.0])
    assert longer[0] > start[0] > 0.5
    assert longer[1] / longer[2] == pytest.approx(start[1] / start[2])
    sharper = shares(q0=[0.8, 2.0])
    assert sharper == pytest.approx((np.array(start) ** 2 / (np.array(start) ** 2).sum()).tolist())


def test_what_sentences_are_lent_is_the_row_of_the_query() -> None:
    for given in SHOWN:
        own = AttentionField(**given)
        told = own.shown()
        q, k, v = (np.array(rows) for rows in (own.arrows("q"), own.arrows("k"), VALUES))
        lens: Any = attend(2, allowed_in(own.mask))
        assert (told["output_x"], told["output_y"]) == tuple(lens.get(Product(Product(q, k), v))[own.query])
        assert [told[f"score_{key}"] for key in range(3)] == pytest.approx((k @ q[own.query] / math.sqrt(2)).tolist())
        assert own.numbers()["Weights"][own.query].tolist() == [told[f"weight_{key}"] for key in range(3)]


def test_the_copied_code_prints_what_is_shown(ask_javascript: Any) -> None:
    told = words_of(ask_javascript, "readingWords", SHOWN)
    for given, words, run in zip(SHOWN, told, ran(words_of(ask_javascript, "fieldCode", SHOWN)), strict=True):
        own = AttentionField(**given)
        shown = own.shown()
        weights = [f"{shown[f'weight_{key}']:.3f}" for key in range(3)]
        output = [f"{shown[name]:z.3f}" for name in ("output_x", "output_y")]
        assert run.stderr == "", given
        assert run.stdout.splitlines() == [" ".join(weights), " ".join(output)], given
        assert f"({', '.join(output)})" in words, (given, words)
        read = [weights[key] for key in range(3) if own.mask[3 * own.query + key] == "1"]
        assert re.findall(r"(\d\.\d{3}) of value", words) == (read if len(read) > 1 else []), (given, words)


def test_the_picture_and_the_caption_say_what_is_read() -> None:
    assert AttentionField().caption == (
        "Query 0 at (0.4, 1) scores 0.990 with key 0, 0.424 with key 1, -0.919 with key 2. "
        "So it reads 0.583 of value 0, 0.331 of value 1, 0.086 of value 2, which makes (0.496, 0.245)."
    )
    assert AttentionField(query=1, mask=CAUSAL).caption.endswith(
        "So it reads 0.893 of value 0, 0.107 of value 1, which makes (0.893, 0.107)."
    )
    picture = AttentionField().fallback_svg()
    assert all(f">{name}<" in picture for name in ("q0", "q1", "q2", "k0", "k1", "k2", "v0", "v1", "v2"))
    assert ">q0 reads 0.583 v0 + 0.331 v1 + 0.086 v2 = (0.496, 0.245)<" in picture
    assert picture.count("<polygon") == 6 + 1 + 3, "six arrows, the triangle, and the walk"
    assert AttentionField(**HALF, k2=[0.0, 0.0]).fallback_svg().count("<polygon") == 5 + 1 + 2
    assert "query 2" in AttentionField(query=2).alt


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("q0", [2.1, 0.0]),
        ("k2", [0.0, -2.1]),
        ("q1", [1.0]),
        ("k1", [1.0, 1.0, 1.0]),
        ("k0", [math.nan, 0.0]),
        ("q2", [True, False]),
        ("q2", "(0, 1)"),
        ("query", 3),
        ("query", -1),
        ("query", 1.5),
        ("mask", "000111111"),
        ("mask", "111000111"),
        ("mask", "111111000"),
        ("mask", "11111111"),
        ("mask", "1111111111"),
        ("mask", "11111111a"),
        ("mask", 111111111),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        AttentionField(**{setting: value})


def test_a_mask_that_leaves_a_query_nothing_says_which() -> None:
    own = AttentionField()
    with pytest.raises(traitlets.TraitError, match="leaves query 1 nothing to read"):
        own.mask = "111000001"
    assert own.mask == ALL
    assert own.arrows("q") == [list(place) for place in QUERIES]
    assert own.arrows("k") == [list(place) for place in KEYS]


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("weighing.js", "(a * c + b * d) / Math.SQRT2", "(a * c + b * d) / 2"),
        ("weighing.js", "a * c + b * d", "a * c - b * d"),
        ("weighing.js", "Math.exp(score - top) : 0", "Math.exp(score - top) : Math.exp(-20)"),
        ("weighing.js", "Math.exp(score - top)", "Math.exp(score)"),
        ("weighing.js", "digits[3 * row + column] ===", "digits[3 * column + row] ==="),
        ("weighing.js", "[0, 1], [-1, -1]]", "[0, 1], [-1, -0.9]]"),
        ("weighing.js", "y + weight * VALUES[k][1]", "y + weight * VALUES[k][0]"),
    ],
)
def test_one_changed_rule_is_seen(module: str, old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/{module}", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "attention_field.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[AttentionField().certificate, own]])
    assert not found["agrees"]
    assert "Python says" in found["words"]
