"""SideWires: what the page shows is what the package's own 2-cells make of three layers in a row."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
import traitlets
from snippets import ran

from tinyml.widgets import SideWires
from tinyml.widgets.side_wires import CELLS, COMES_OUT, LAST_CELLS, run_of

MODULE = "side_wires/side_wires.js"
NUMBERS = [(5.0, 1.0, 2.0, 3.0, 1.0), (0.0, 0.0, 0.0, 0.0, 0.0), (-4.75, 0.25, 3.5, -2.25, -0.85)]
EVERY = [
    (numbers, (first, second, third), comes_out, steps)
    for numbers, first, second, third, comes_out, steps in product(
        NUMBERS, CELLS, CELLS, LAST_CELLS, COMES_OUT, (0, 1, 12)
    )
]


@pytest.mark.uncounted
def test_every_wire_has_the_same_numbers(ask_javascript: Any) -> None:
    for given, own in zip(EVERY, ask_javascript(MODULE, "runOf", EVERY), strict=True):
        for name, numbers in run_of(*given)._asdict().items():
            expected = [None if math.isnan(one) else pytest.approx(one, rel=1e-12, abs=1e-12) for one in numbers]
            assert own[name] == expected, (given, name)


def test_what_there_was_to_find() -> None:
    def outside(**given: Any) -> list[float]:
        return [one for one in SideWires(**given).run().outside if not math.isnan(one)]

    assert SideWires().run().values == [3, 15, 16, 32]
    assert outside() == [6, 2, 16]
    assert outside(third_cell="tied") == [3 * 5 + 16, 5]
    assert outside(third_cell="tied", comes_out="descent") == [5 + 3 * 5 + 16, 1 + 5]
    assert outside(third_cell="tied", comes_out="inside") == [5 + 5 + 3 * 5 + 16, 1 + 5]
    assert outside(first_cell="frozen", third_cell="tied") == [5]
    assert outside(first_cell="frozen", second_cell="frozen", third_cell="frozen") == []
    assert SideWires(first_cell="frozen").shown()["learnt"] == 2


def test_a_row_of_descents_is_the_descent_of_the_row_unless_something_is_tied() -> None:
    for numbers, first, second, third, steps in product(NUMBERS, CELLS, CELLS, LAST_CELLS, (0, 1, 5)):
        cells = first, second, third
        outer, inner = (run_of(numbers, cells, way, steps) for way in ("descent", "inside"))
        same = all(
            one == other or (math.isnan(one) and math.isnan(other))
            for one, other in zip(outer.outside, inner.outside, strict=True)
        )
        assert same == (third != "tied" or first == "frozen" or not any(numbers)), (numbers, cells, steps)


@pytest.mark.parametrize(
    "given",
    [
        (NUMBERS[0], ("free", "free", "free"), "changes", 0),
        (NUMBERS[0], ("free", "frozen", "tied"), "descent", 2),
        (NUMBERS[2], ("frozen", "free", "tied"), "changes", 3),
        (NUMBERS[2], ("free", "free", "frozen"), "inside", 1),
        (NUMBERS[2], ("free", "free", "tied"), "inside", 3),
    ],
)
def test_the_copied_code_prints_what_is_shown(given: tuple[Any, ...], ask_javascript: Any) -> None:
    [run] = ran(ask_javascript(MODULE, "wiresCode", [given]))
    [words] = ask_javascript(MODULE, "wiresWords", [given])
    own = run_of(*given)
    outside = [f"{one:.6g} for {name}" for one, name in zip(own.outside, "pqr", strict=True) if not math.isnan(one)]
    assert run.stderr == ""
    assert run.stdout.splitlines() == [f"{own.values[-1]:.6g}", *outside]
    assert all(line in words for line in run.stdout.splitlines())


def test_the_picture_without_javascript_says_what_comes_out() -> None:
    opened = SideWires()
    assert opened.caption == (
        "3 becomes 15, 16, 32. Changes that come out of the side: 6 for p, 2 for q, 16 for r. Numbers to learn: 3."
    )
    frozen = SideWires(first_cell="frozen", second_cell="frozen", third_cell="tied", comes_out="descent")
    assert frozen.caption.endswith("New parameters that come out of the side: none. Numbers to learn: 0.")
    assert opened.fallback_svg().count("<rect") == 4


@pytest.mark.parametrize(
    ("setting", "value"),
    [("first_cell", "tied"), ("third_cell", "loose"), ("steps", 13), ("change", 1.5), ("comes_out", "hope")],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        SideWires(**{setting: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sides: [value * back, back, sum * change]", "sides: [value * change, back, sum * change]"),
        ("tied && place === 0 ? [0, 2] : [place]", "[place]"),
        ('if (comesOut === "inside") return total(updated);', ""),
        ("if (tied) parameters[2] = parameters[0];", ""),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(SideWires(), MODULE, old, new)["agrees"]
