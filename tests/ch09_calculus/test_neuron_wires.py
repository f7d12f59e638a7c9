"""NeuronWires: up to a thousand neurons, computed in Python and in the page, agree wire by wire."""

from __future__ import annotations

import random
from typing import Any

import pytest
import traitlets
from drawing import share_of
from snippets import ran

from tinyml.widgets import NeuronWires
from tinyml.widgets.neuron_wires import EQUAL_LOSS, REACH

MODULE = "neuron_wires/neuron_wires.js"
SETTINGS = ("first_weight", "second_weight", "bias", "first_input", "second_input", "target")


def neurons(seed: int, count: int) -> list[tuple[Any, ...]]:
    """Return settings: those of the sliders, their ends, zeros, and both answers."""
    chance = random.Random(seed)
    edges = [-REACH, -1.0, 0.0, 0.5, 1.0, REACH]
    return [
        (
            *(chance.choice([*edges, chance.uniform(-REACH, REACH)]) for _ in range(5)),
            chance.choice(["yes", "no"]),
        )
        for _ in range(count)
    ]


@pytest.mark.uncounted
def test_up_to_a_thousand_neurons_agree(ask_javascript: Any) -> None:
    given = neurons(seed := 5, share_of(1000))
    for own, answer in zip(given, ask_javascript(MODULE, "traceOf", given), strict=True):
        wires = NeuronWires(**dict(zip(SETTINGS, own, strict=True))).trace().wires
        values, signals = [wire.value for wire in wires], [wire.signal for wire in wires]
        assert answer["values"] == pytest.approx(values, rel=1e-11, abs=1e-15), (seed, own)
        assert answer["signals"] == pytest.approx(signals, rel=1e-11, abs=1e-15), (seed, own)


def test_the_pair_of_equal_loss_has_one_loss_and_two_gradients(ask_javascript: Any) -> None:
    pair = [NeuronWires(**dict(zip(SETTINGS, own, strict=True))).trace() for own in EQUAL_LOSS.values()]
    assert pair[0]["loss"].value == pair[1]["loss"].value == pytest.approx(0.3132617, abs=5e-8)
    assert [own["w1"].signal for own in pair] == pytest.approx([-0.268941, -0.537883], abs=1e-6)
    given = [[list(own)] for own in EQUAL_LOSS.values()]
    assert ask_javascript(MODULE, "whichOf", given) == ["first", "second"]
    assert ask_javascript(MODULE, "whichOf", [[[1, 0, 0, 1, 0, "no"]], [[0.5, 0, 0, 1, 0, "yes"]]]) == ["", ""]
    for words in ask_javascript(MODULE, "wordsOf", given):
        assert "the loss is 0.313262" in words
        assert "without the data, no rule could find the slope from the loss" in words


def test_the_snippet_that_the_page_copies_prints_the_wires(ask_javascript: Any) -> None:
    given = neurons(9, 4)
    for own, run in zip(given, ran(ask_javascript(MODULE, "wiresSnippet", [[own] for own in given])), strict=True):
        assert run.stderr == "", own
        wires = NeuronWires(**dict(zip(SETTINGS, own, strict=True))).trace().wires
        shown = [line.split(" ", 2) for line in run.stdout.splitlines()]
        assert [name for _, _, name in shown] == [wire.name for wire in wires], own
        numbers = [float(number) for row in shown for number in row[:2]]
        assert numbers == pytest.approx([v for wire in wires for v in (wire.value, wire.signal)], rel=1e-5), own


def test_the_picture_without_javascript_has_the_numbers_of_the_chapter() -> None:
    widget = NeuronWires()
    assert "the loss 0.644397" in widget.caption
    assert "-0.475021, -0.950042, and -0.475021 in the bias" in widget.caption
    picture = widget.fallback_svg()
    assert all(f">{text}<" in picture for text in ("0.524979", "-1.904837", "sigmoid(signed)"))
    assert picture == NeuronWires().fallback_svg()


@pytest.mark.parametrize(("name", "value"), [("bias", 3.1), ("first_input", float("nan")), ("target", "maybe")])
def test_bad_settings_are_refused(name: str, value: Any) -> None:
    widget = NeuronWires()
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(widget, name, value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("local: (a, b) => [b, a]", "local: (a, b) => [a, b]"),
        ("local: (a) => [1 / a]", "local: (a) => [1.000001 / a]"),
        ('target === "yes" ? 1 : -1, ', 'target === "yes" ? 1 : 1, '),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(NeuronWires(), MODULE, old, new)["agrees"]
