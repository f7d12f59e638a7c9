"""SoftmaxBench: a thousand benches, computed in Python and in the page, agree; extreme scores included."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from snippets import ran

from tinyml import Softmax, TokenId, VocabSize, log_softmax, loss_from_logits
from tinyml.widgets import SoftmaxBench
from tinyml.widgets.linking import FOLDER
from tinyml.widgets.softmax_bench import careless, entropy_of, scores_of

MODULE = "softmax_bench/softmax_bench.js"


Bench = tuple[list[float], float, float]


def benches(seed: int, count: int) -> list[Bench]:
    """Return logits, shifts and temperatures: those of the sliders, their ends, and logits far beyond them."""
    chance = random.Random(seed)
    return [
        (
            [chance.choice([-1000.0, -20.0, 0.0, 20.0, 1000.0, chance.uniform(-20, 20)]) for _ in range(5)],
            chance.choice([-1000.0, -740.0, 0.0, 700.0, 1000.0, chance.uniform(-1000, 1000)]),
            chance.choice([0.1, 1.0, 10.0, 10 ** chance.uniform(-1, 1)]),
        )
        for _ in range(count)
    ]


def test_a_thousand_benches_agree(ask_javascript: Any) -> None:
    given = benches(seed := 3, 1000)
    for (logits, shift, temperature), own in zip(given, ask_javascript(MODULE, "benchOf", given), strict=True):
        scores = scores_of(logits, shift, temperature)
        where = (seed, logits, shift, temperature)
        assert own["scores"] == scores.values.tolist(), where
        assert np.allclose(own["distribution"], Softmax(VocabSize(5))(scores).values, rtol=1e-12, atol=1e-300), where
        assert np.allclose(own["surprises"], -log_softmax(scores.values), rtol=1e-13, atol=1e-15), where
        assert own["entropy"] == pytest.approx(entropy_of(scores), rel=1e-12, abs=1e-15), where
        rough = [np.nan if entry is None else entry for entry in own["careless"]]  # JSON has no nan
        assert np.allclose(rough, careless(scores.values), rtol=1e-12, equal_nan=True), where


@pytest.mark.parametrize("shift", [-1000.0, 0.0, 1000.0])
def test_extreme_logits_give_a_certain_distribution(shift: float, ask_javascript: Any) -> None:
    logits = [1000.0, -1000.0, 0.0, 0.0, 0.0]
    [own] = ask_javascript(MODULE, "benchOf", [(logits, shift, 1.0)])
    assert own["distribution"] == [1, 0, 0, 0, 0]
    assert own["surprises"] == [0, 2000, 1000, 1000, 1000]
    assert own["entropy"] == entropy_of(scores_of(logits, shift, 1.0)) == 0


def test_the_page_says_of_the_careless_formula_what_numpy_says(tmp_path: Path, ask_javascript: Any) -> None:
    """A small module runs the two exported functions of the widget one after the other."""
    (tmp_path / "both.mjs").write_text(
        f'import {{ benchOf, carelessWords }} from "{(FOLDER / MODULE).as_uri()}";\n'
        "export const words = (...given) => carelessWords(benchOf(...given));\n",
        encoding="utf-8",
    )
    given = [*benches(4, 1000), ([9.0] * 5, 700.0, 1.0)]
    kinds: set[str] = set()
    for bench, words in zip(given, ask_javascript(str(tmp_path / "both.mjs"), "words", given), strict=True):
        kinds.add(kind := kind_of_failure(bench))
        assert kind in words, (bench, words)
    assert kinds == {"to nine decimals", "inf by inf", "0 by 0", "0 to every token", "only a few of its digits"}


def kind_of_failure(bench: Bench) -> str:
    scores = scores_of(*bench)
    shares = careless(scores.values)
    if np.isnan(shares).any():
        return "inf by inf" if scores.values.max() > 0 else "0 by 0"
    if np.abs(shares - Softmax(VocabSize(5))(scores).values).max() < 1e-9:
        return "to nine decimals"
    return "only a few of its digits" if shares.any() else "0 to every token"


SETTINGS: list[dict[str, Any]] = [
    {"logits": [2.0, 1.0, 0.5, 0.0, -1.0], "shift": 0.0, "temperature": 1.0, "target": 0},
    {"logits": [-20.0, 20.0, 0.5, 0.0, -1.0], "shift": 1000.0, "temperature": 0.1, "target": 4},
    {"logits": [0.0, -3.5, 7.0, 0.25, 1e-7], "shift": -740.0, "temperature": 3.7, "target": 2},
]


def test_the_snippet_that_the_page_copies_prints_what_is_shown(ask_javascript: Any) -> None:
    codes = ask_javascript(MODULE, "benchSnippet", [[given] for given in SETTINGS])
    for given, run in zip(SETTINGS, ran(codes), strict=True):
        assert run.stderr == "", given
        scores = SoftmaxBench(**given).scores()
        shares = Softmax(VocabSize(5))(scores).values
        loss = loss_from_logits(scores, TokenId(given["target"])).value
        expected = [*shares.tolist(), entropy_of(scores), loss]
        assert [float(number) for number in run.stdout.split()] == pytest.approx(expected, rel=1e-5), given


@pytest.mark.parametrize("logits", [[0.0] * 4, [0.0] * 6, [21.0] * 5, [float("nan")] * 5, "01234"])
def test_bad_logits_are_refused(logits: Any) -> None:
    widget = SoftmaxBench()
    with pytest.raises(traitlets.TraitError, match="logits"):
        widget.logits = logits
    assert widget.logits == [2.0, 1.0, 0.5, 0.0, -1.0]


@pytest.mark.parametrize(
    ("old", "new"), [("(logit + shift) / temperature", "logit / temperature + shift"), ("-own)", "-own * 1.000001)")]
)
def test_one_changed_formula_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(SoftmaxBench(), MODULE, old, new)["agrees"]
