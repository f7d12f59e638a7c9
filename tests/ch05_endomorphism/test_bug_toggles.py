"""BugToggles: each mistake computed twice, each message as the package and numpy say it."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from snippets import Ran, ran

from tinyml import (
    DatasetWindowing,
    LearningRate,
    OutOfRange,
    StepCount,
    TokenId,
    TrainStep,
    Vocabulary,
    iterate,
    trajectory,
)
from tinyml.ch03_prediction.loss import average_loss
from tinyml.widgets import BugToggles
from tinyml.widgets.bug_toggles import CURVES, RUNS, checked_message, losses_with, message_of
from tinyml.widgets.corpus import canonical_start, start_of
from tinyml.widgets.linking import FOLDER

MODULE = "bug_toggles/bug_toggles.js"
DATASET, START = canonical_start()
LONG = "the cat saw the dog and the dog saw the cat and " * 60  # without the mean it overflows
WORDS = ["cat", "dog", "saw", "the", "a", "and"]


def sentences(count: int) -> list[str]:
    """Return random sentences; the seed is part of the text of a failure."""
    chance = random.Random(seed := 20)
    print(f"seed {seed}")
    return [" ".join(chance.choices(WORDS, k=chance.randint(2, 12))) for _ in range(count)]


def datasets(count: int) -> list[dict[str, Any]]:
    """Return what kit/sentence.js makes of the sentences, as JSON."""
    result = []
    for sentence in sentences(count):
        vocabulary = Vocabulary.from_text(sentence)
        dataset = DatasetWindowing()(vocabulary.encode(sentence))
        counts = dataset.counts(vocabulary.size)
        result.append({
            "vocabulary": vocabulary.size.value, "counts": counts.ravel().tolist(),
            "rowSums": counts.sum(axis=1).tolist(), "pairs": len(dataset),
        })  # fmt: skip
    return result


@pytest.mark.uncounted
@pytest.mark.parametrize("bug", ["none", *CURVES])
def test_the_page_makes_the_same_curve_on_any_sentence(bug: str, ask_javascript: Any) -> None:
    given = datasets(40)
    for sentence, own in zip(
        sentences(40), ask_javascript(MODULE, "lossesWith", [[bug, d] for d in given]), strict=True
    ):
        expected = losses_with(bug, *start_of(sentence))
        assert len(own) == len(expected), sentence
        calm = [n for n, loss in enumerate(expected) if max(expected[: n + 1]) < 5][:20]
        assert np.allclose([own[n] for n in calm], [expected[n] for n in calm], rtol=1e-7, atol=1e-12), sentence


def test_the_healthy_run_is_the_training_of_the_package() -> None:
    losses = trajectory(DATASET, START, [LearningRate(1.0)], StepCount(80)).losses[0]
    assert losses_with("none", DATASET, START) == pytest.approx(losses.tolist(), abs=1e-12)


def test_forgetting_the_mean_is_a_rate_times_the_number_of_examples() -> None:
    seven = iterate(TrainStep(DATASET, LearningRate(7.0)), START, StepCount(5))
    assert losses_with("mean", DATASET, START)[5] == pytest.approx(average_loss(seven, DATASET).value, rel=1e-10)
    assert losses_with("mean", DATASET, START)[10] == pytest.approx(48.99, abs=0.01)


def test_the_losses_of_the_sources_bugs() -> None:
    signs = [1.609389, 1.682407, 1.789727, 1.952490, 2.205567, 2.603173]
    assert losses_with("sign", DATASET, START)[:6] == pytest.approx(signs, abs=1e-6)
    assert losses_with("head", DATASET, START)[80] == pytest.approx(1.542987, abs=1e-6)


def test_the_caption_counts_one_step_and_ten_steps() -> None:
    caption = BugToggles().caption
    assert "after 1 step the loss is 1.60851 instead of 1.54941; after 5 steps" in caption
    assert caption.endswith(".")


@pytest.mark.parametrize("sentence", ["", "a b", "one two three four one", "no no"])
def test_the_page_says_what_the_package_and_numpy_say(sentence: str, ask_javascript: Any) -> None:
    dataset, start = start_of(sentence)
    size = start.vocab_size.value
    for bug in ("loss", "bounds"):
        assert ask_javascript(MODULE, "messageOf", [[bug, size]]) == [message_of(bug, dataset, start)]
    assert ask_javascript(MODULE, "checkedMessage", [[size]]) == [checked_message(dataset, start)]


def test_minus_one_would_have_wrapped_silently() -> None:
    assert (START.embedding[-1] == START.embedding[4]).all()
    with pytest.raises(OutOfRange, match="indices start at 0"):
        TokenId(-1)


@pytest.mark.parametrize("run", RUNS)
def test_the_copied_loop_prints_or_says_what_the_widget_shows(run: str, ask_javascript: Any) -> None:
    bug = RUNS[run]
    shown = {text: BugToggles(run=run, sentence=text) for text in ("", "the cat saw the dog", "a b", LONG)}
    lasts = {text: len(widget.losses()[-1]) - 1 for text, widget in shown.items()}
    assert {text for text, last in lasts.items() if last < 80} == ({LONG} if bug == "mean" else set())
    given = [[{"bug": bug, "sentence": text, "last": last}] for text, last in lasts.items()]
    codes = ask_javascript(MODULE, "faultyLoop", given)
    for (text, widget), ended in zip(shown.items(), ran(codes), strict=True):
        compare_with_the_widget(bug, widget, ended, lasts[text])


def compare_with_the_widget(bug: str, widget: BugToggles, ended: Ran, last: int) -> None:
    if bug in CURVES:
        ten, late = map(float, ended.stdout.split())
        losses = widget.losses()[1]
        assert (ten, late) == pytest.approx((losses[10], losses[last]), rel=1e-4)
    else:
        assert re.sub(
            r"^\w+\.errors\.", "", "\n".join(ended.stderr.splitlines()[-widget.message().count("\n") - 1 :])
        ) == (widget.message())


def test_every_changed_number_turns_the_certificate_red(ask_javascript: Any) -> None:
    certificate = BugToggles().certificate
    calls = []
    for name, value in certificate.items():
        calls.append(
            [certificate, {**certificate, name: value + "." if isinstance(value, str) else value * (1 + 1e-9)}]
        )
    assert not any(found["agrees"] for found in ask_javascript("kit/certificate.js", "compare", calls))
    [same] = ask_javascript("kit/certificate.js", "compare", [[certificate, certificate]])
    assert same["agrees"]


@pytest.mark.parametrize(("old", "new"), [('"sign" ? -1', '"sign" ? -1.0001'), ("train_step :", "train_steps :")])
def test_one_changed_constant_is_seen(old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    source = (FOLDER / MODULE).read_text(encoding="utf-8")
    assert old in source
    broken = source.replace(old, new).replace("../kit/", (FOLDER / "kit").as_uri() + "/")
    (tmp_path / "broken.mjs").write_text(broken, encoding="utf-8")
    [own] = ask_javascript(str(tmp_path / "broken.mjs"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[BugToggles().certificate, own]])
    assert not found["agrees"]
