"""StepTrace: every number of an opened step is computed twice, in Python and in the page, on any sentence."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from snippets import ran
from traitlets import TraitError

from tinyml import DatasetWindowing, LearningRate, StepCount, TrainStep, Vocabulary, iterate, trace_example
from tinyml.widgets import StepTrace
from tinyml.widgets.corpus import start_of
from tinyml.widgets.linking import FOLDER

MODULE = "step_trace/step_trace.js"
WORDS = ["cat", "dog", "saw", "the", "a", "and"]


def same(own: list[float], expected: Any) -> bool:
    return bool(np.allclose(own, expected, rtol=1e-9, atol=1e-12))


@pytest.mark.parametrize("seed", range(6))
def test_a_trace_is_the_same_in_python_and_in_the_page(seed: int, tmp_path: Any, ask_javascript: Any) -> None:
    """A small module runs the two exported functions of the widget one after the other."""
    chance = random.Random(seed)
    sentence = " ".join(chance.choices(WORDS, k=chance.randint(2, 9)))
    steps, rate = chance.randint(0, 80), chance.choice([0.1, 1.0, 2.0])
    vocabulary = Vocabulary.from_text(sentence)
    dataset = DatasetWindowing()(vocabulary.encode(sentence))
    start = start_of(sentence)[1]
    state = iterate(TrainStep(dataset, LearningRate(rate)), start, StepCount(steps))
    (tmp_path / "both.mjs").write_text(
        f'import {{ corpusOf }} from "{(FOLDER / "kit/sentence.js").as_uri()}";\n'
        f'import {{ stateAfter, traceExample }} from "{(FOLDER / MODULE).as_uri()}";\n'
        "export function traced(sentence, rate, steps, k) {\n"
        "  const { dataset } = corpusOf(sentence);\n"
        "  const { parameters, table } = stateAfter(dataset, rate, steps);\n"
        "  return traceExample(parameters, table, dataset.tokens[k], dataset.tokens[k + 1]);\n"
        "}\n",
        encoding="utf-8",
    )
    calls = [[sentence, rate, steps, k] for k in range(len(dataset))]
    for example, own in zip(dataset.examples, ask_javascript(str(tmp_path / "both.mjs"), "traced", calls), strict=True):
        trace = trace_example(state, example)
        assert same(own["prediction"], trace.prediction.values), sentence
        assert same(own["signal"], trace.dlogits), sentence
        assert same(own["headGradient"], trace.gradient.lm_head.ravel()), sentence
        assert same(own["embeddingGradient"], trace.gradient.embedding.ravel()), sentence
        assert own["loss"] == pytest.approx(trace.loss.value, rel=1e-9, abs=1e-12), sentence


def test_the_numbers_of_the_first_example() -> None:
    widget = StepTrace()
    numbers = widget.numbers()
    assert numbers["Prediction p"] == pytest.approx(
        [0.20046322, 0.20023134, 0.19999973, 0.19976840, 0.19953732], abs=1e-8
    )
    bias = [-0.2000125, -0.0571490, 0.0857144, 0.0857206, 0.0857265]
    assert numbers["Bias after the step"] == pytest.approx(bias, abs=1e-7)
    assert "takes the average loss from 1.609389 to 1.549409" in widget.caption


def test_the_first_hundred_examples_of_a_long_sentence_can_be_looked_at() -> None:
    examples = list(start_of(" ".join(WORDS * 20))[0].examples)
    assert len(examples) > 100
    for place in (8, 100):
        assert StepTrace(sentence=" ".join(WORDS * 20), example=place).trace().example == examples[place - 1]
    with pytest.raises(TraitError):
        StepTrace(example=101)


@pytest.mark.parametrize(("steps", "diverged_at"), [(12, None), (13, 14), (80, 14)])
def test_python_and_the_page_say_at_which_step_a_run_diverged(
    steps: int, diverged_at: int | None, tmp_path: Any, ask_javascript: Any
) -> None:
    sentence = "the cat saw the dog and the dog saw the cat"
    (tmp_path / "both.mjs").write_text(
        f'import {{ corpusOf }} from "{(FOLDER / "kit/sentence.js").as_uri()}";\n'
        f'import {{ stateAfter }} from "{(FOLDER / MODULE).as_uri()}";\n'
        "export const diverged = (sentence, rate, steps) =>\n"
        "  stateAfter(corpusOf(sentence).dataset, rate, steps).divergedAt;\n",
        encoding="utf-8",
    )
    assert ask_javascript(str(tmp_path / "both.mjs"), "diverged", [[sentence, 5, steps]]) == [diverged_at]
    caption = StepTrace(sentence=sentence, learning_rate=5.0, step_count=steps).caption
    said = "The run diverges: its loss passes 10 ln V at step 14."
    assert (said in caption) is (diverged_at is not None)


def test_an_example_beyond_the_last_is_the_last() -> None:
    assert (
        StepTrace(sentence="a b c", example=7).trace().example == StepTrace(sentence="a b c", example=2).trace().example
    )


def test_the_snippet_that_the_page_copies_prints_what_is_shown(ask_javascript: Any) -> None:
    names = ("Prediction p", "Error signal p - onehot(target)", "Bias after the step")
    settings = [("", 2, 3, 1.0), ('say "a" or say \\ b', 4, 12, 0.7)]
    given = [[dict(zip(("sentence", "example", "steps", "rate"), own, strict=True))] for own in settings]
    for own, run in zip(settings, ran(ask_javascript(MODULE, "traceSnippet", given)), strict=True):
        sentence, example, steps, rate = own
        shown = StepTrace(sentence=sentence, example=example, step_count=steps, learning_rate=rate).numbers()
        lines = [" ".join(f"{value:.6g}" for value in shown[name]) for name in names]
        assert (run.stdout.splitlines(), run.stderr) == (lines, ""), own


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p - 1 : p", "p - 1.000001 : p"),
        ("return { prediction,", "signal.reverse(); return { prediction,"),
    ],
)
def test_one_changed_constant_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(StepTrace(), MODULE, old, new)["agrees"]
