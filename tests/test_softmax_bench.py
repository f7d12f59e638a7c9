"""SoftmaxBench: a thousand benches, computed in Python and in the page, agree; extreme scores included."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import traitlets

from tinyml import Softmax, VocabSize, log_softmax
from tinyml.widgets import SoftmaxBench
from tinyml.widgets.linking import FOLDER
from tinyml.widgets.softmax_bench import careless, entropy_of, scores_of

MODULE = "softmax_bench/softmax_bench.js"


def benches(seed: int, count: int) -> list[tuple[list[float], float, float]]:
    chance = random.Random(seed)
    logits = [[chance.choice([-20.0, 0.0, 20.0, chance.uniform(-20, 20)]) for _ in range(5)] for _ in range(count)]
    shifts = [chance.choice([-1000.0, 0.0, 700.0, 1000.0, chance.uniform(-1000, 1000)]) for _ in range(count)]
    return [(row, shift, 10 ** chance.uniform(-1, 1)) for row, shift in zip(logits, shifts, strict=True)]


def test_a_thousand_benches_agree(ask_javascript: Any) -> None:
    given = benches(seed := 3, 1000)
    for (logits, shift, temperature), own in zip(given, ask_javascript(MODULE, "benchOf", given), strict=True):
        scores = scores_of(logits, shift, temperature)
        where = (seed, logits, shift, temperature)
        assert own["scores"] == scores.values.tolist(), where
        assert np.allclose(own["distribution"], Softmax(VocabSize(5))(scores).values, rtol=1e-13, atol=1e-300), where
        assert np.allclose(own["surprises"], -log_softmax(scores.values), rtol=1e-13, atol=1e-15), where
        assert own["entropy"] == pytest.approx(entropy_of(scores), rel=1e-12, abs=1e-15), where
        rough = [np.nan if entry is None else entry for entry in own["careless"]]  # JSON has no nan
        assert np.allclose(rough, careless(scores.values), rtol=1e-12, equal_nan=True), where


def test_the_page_says_why_the_careless_formula_fails(ask_javascript: Any) -> None:
    [above] = ask_javascript(MODULE, "benchOf", [[[2, 1, 0.5, 0, -1], 1000, 1]])
    [below] = ask_javascript(MODULE, "benchOf", [[[2, 1, 0.5, 0, -1], -1000, 1]])
    [calm] = ask_javascript(MODULE, "benchOf", [[[2, 1, 0.5, 0, -1], 0, 1]])
    for bench in (above, below):
        assert bench["careless"] == [None] * 5
        bench["careless"] = ["nan"] * 5
    [same] = ask_javascript(MODULE, "carelessWords", [[calm]])
    assert same == "The formula as it stands gives the same here."
    assert above["distribution"] == pytest.approx(calm["distribution"], rel=1e-12)
    assert below["distribution"] == pytest.approx(calm["distribution"], rel=1e-12)


@pytest.mark.parametrize("logits", [[0.0] * 4, [0.0] * 6, [21.0] * 5, [float("nan")] * 5, "01234"])
def test_bad_logits_are_refused(logits: Any) -> None:
    widget = SoftmaxBench()
    with pytest.raises(traitlets.TraitError, match="logits"):
        widget.logits = logits
    assert widget.logits == [2.0, 1.0, 0.5, 0.0, -1.0]


@pytest.mark.parametrize(
    ("old", "new"), [("(logit + shift) / temperature", "logit / temperature + shift"), ("-own)", "-own * 1.000001)")]
)
def test_one_changed_formula_is_seen(old: str, new: str, tmp_path: Any, ask_javascript: Any) -> None:
    source = (FOLDER / MODULE).read_text(encoding="utf-8")
    assert source.count(old) == 1
    broken = source.replace(old, new).replace("../kit/", (FOLDER / "kit").as_uri() + "/")
    (tmp_path / "broken.mjs").write_text(broken, encoding="utf-8")
    [own] = ask_javascript(str(tmp_path / "broken.mjs"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[SoftmaxBench().certificate, own]])
    assert not found["agrees"]
