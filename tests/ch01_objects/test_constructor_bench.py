"""ConstructorBench: a thousand values, judged by the constructors and by the page, word for word."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import traitlets
from snippets import ran

from tinyml.widgets import ConstructorBench
from tinyml.widgets.constructor_bench import told_of

MODULE = "constructor_bench/constructor_bench.js"
EDGES = [
    "3", "0", "-0", "+7", "007", "-1", "0.5", "-0.0", ".5", "5.", "1e3", "1e400", "-1e400", "5e-324", "1e-400",
    "nan", "-nan", "inf", "+inf", "-inf", "True", "False", "true", "None", "", " ", "[", "]", "[]", "[ ]",
    "[,]", "[1,]", "[[1]]", "1 2", "1,2", "0x10", "1_000", "1e", "e5", "--1", "[True]", "[True, False]",
    "[0, True]", "[True, 0.5]", "[nan]", "[1, inf]", "[-0.0, 1]", "9223372036854775807", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "1" * 40,
    "1" * 41, "-" + "9" * 40, "[" + "1" * 15 + "]", "[" + "1" * 16 + "]", "[1e308, 1e308]",
    "[1e308, 1e308, -1e308]", "[0.1, 0.2, 0.3, 0.4]", "[0.5, 0.500000002]", "[0.5, 0.5000000021]",
    "[1.0000000005]", "[0.333, 0.333, 0.334]", "[1, 0]", "[2, -1]", "[0.1]", "[1]", "[1.0]", "[-1, 5]",
    "[3, -2, -7]", " [ 1 , 2 ] ", "[0.1" * 20, "[" + ", ".join(["0.05"] * 20) + "]",
    "[" + ", ".join(["0.123456789"] * 8) + "]", "1.7976931348623157e308", "½", "1\u00a0",
]  # fmt: skip


def texts(seed: int, count: int) -> list[str]:
    """Return random texts: numbers of every size, lists that nearly sum to 1, and some that are no values."""
    chance = random.Random(seed)

    def number() -> str:
        kind = chance.randrange(8)
        if kind < 2:
            return str(chance.randint(-3, 9))
        if kind == 2:
            return str(chance.randint(-(10 ** chance.randint(1, 15)), 10 ** chance.randint(1, 14)))
        if kind == 3:
            return repr(chance.choice([-1, 1]) * 10 ** chance.uniform(-320, 308))
        if kind == 4:
            return chance.choice(["True", "False", "nan", "inf", "-inf", "1e999", "-0.0", "0.0"])
        return repr(round(chance.uniform(-0.2, 1.2), chance.randint(1, 17)))

    def shares() -> str:
        parts = [chance.random() for _ in range(chance.randint(1, 9))]
        total = math.fsum(parts)
        near = [part / total for part in parts]
        near[0] += chance.choice([0, 0, 1e-16, 1e-10, 1e-9 * len(near), -1e-9 * len(near) * 1.01, 1e-8, 0.1])
        return "[" + ", ".join(repr(part) for part in near) + "]"

    def a_number() -> str:
        kind = chance.randrange(10)
        if kind < 4:
            return number()
        if kind < 7:
            return shares()
        if kind < 9:
            return "[" + ", ".join(number() for _ in range(chance.randint(0, 6))) + "]"
        return "".join(chance.choices("0123456789.eE+-[], naif", k=chance.randint(0, 9)))

    return [a_number() for _ in range(count)]


def test_a_thousand_values_are_judged_alike(ask_javascript: Any) -> None:
    given = texts(seed := 5, 1000)
    for text, own in zip(given, ask_javascript(MODULE, "toldOfValue", [[text] for text in given]), strict=True):
        assert own == told_of(text), (seed, text)


def test_edges_are_judged_alike(ask_javascript: Any) -> None:
    for text, own in zip(EDGES, ask_javascript(MODULE, "toldOfValue", [[text] for text in EDGES]), strict=True):
        assert own == told_of(text), text


def test_sums_are_rounded_once(ask_javascript: Any) -> None:
    chance = random.Random(9)
    rows = [
        [chance.uniform(-1, 1) * 10 ** chance.randint(-20, 20) for _ in range(chance.randint(0, 12))]
        for _ in range(500)
    ]
    rows += [
        [1e16, 1.0, 1e-16],
        [1e100, 1.0, -1e100],
        [0.1] * 10,
        [2.0**53, 1.0, 2.0**-60],
        [2.0**53, 1.0, -(2.0**-60)],
    ]
    sums = ask_javascript(MODULE, "exactSum", [[row] for row in rows])
    assert list(map(float, sums)) == [math.fsum(row) for row in rows]


def test_the_verdicts_say_what_the_chapter_says() -> None:
    assert (
        told_of("[0.4, 0.4]")[8] == "Distribution: InvalidProbability: probabilities must sum to 1; these 2 sum to 0.8"
    )
    assert told_of("True")[0] == "TokenId: WrongType: TokenId needs an int; got bool True"
    assert [line for line in told_of("1") if line.endswith("accepted")] == [
        f"{name}: accepted" for name in ("TokenId", "VocabSize", "ModelDimension", "StepCount", "LearningRate", "Loss")
    ]
    assert told_of("[0.3333333333, 0.3333333333, 0.3333333333]")[8] == "Distribution: accepted"
    assert len(told_of("three")) == 1


def test_the_copied_code_prints_what_is_shown(ask_javascript: Any) -> None:
    given = [
        "3",
        "-1",
        "nan",
        "[0.4, 0.4]",
        "[]",
        "[1, inf]",
        "1e400",
        "x",
        "[True, 2]",
        "-inf",
        "[-0.0]",
        "[0.1, 0.2]",
    ]
    for text, run in zip(given, ran(ask_javascript(MODULE, "trySnippet", [[text] for text in given])), strict=True):
        assert (run.stdout.splitlines(), run.stderr) == (told_of(text), ""), text


def test_a_text_that_is_too_long_is_refused() -> None:
    widget = ConstructorBench()
    with pytest.raises(traitlets.TraitError, match="text has 201 characters; at most 200"):
        widget.text = "1" * 201
    assert widget.text == "[0.4, 0.6]"


@pytest.mark.parametrize(
    ("old", "new"),
    [("1e-9 * values.length) return", "1e-8 * values.length) return"), ("(x) => x > 0", "(x) => x >= 0")],
)
def test_one_changed_constant_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(ConstructorBench(), MODULE, old, new)["agrees"]
