"""StepTrace: one training step, opened: prediction, error signal, three gradient buffers, new parameters."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, final

from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import LearningRate, Loss, StepCount
from tinyml.ch04_training.training import ExampleTrace, TrainStep, gradient, trace_example, trace_step
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch05_endomorphism.sweep import trajectory
from tinyml.draw.picture import bars
from tinyml.widgets.corpus import Sentence, canonical_start, start_of
from tinyml.widgets.widget import Count, Number, Widget

MOST_EXAMPLES = 100
MOST_STEPS = 80


@final
class StepTrace(Widget):
    """Look into the step that follows `step_count` steps, at the training example with the number `example`.

    The examples are those of the canonical tokens or of `sentence`, numbered from 1; the first 100 can be looked at.
    """

    name: ClassVar[str] = "step_trace"

    example = Count(1, min=1, max=MOST_EXAMPLES).tag(sync=True, setting=True)
    step_count = Count(0, min=0, max=MOST_STEPS).tag(sync=True, setting=True)
    learning_rate = Number(1.0, min=0.01, max=5.0).tag(sync=True, setting=True)
    sentence = Sentence("").tag(sync=True, setting=True)

    def state(self) -> Parameters:
        """Return the parameters before the step."""
        dataset, start = start_of(self.sentence)
        return iterate(TrainStep(dataset, LearningRate(self.learning_rate)), start, StepCount(self.step_count))

    def trace(self) -> ExampleTrace:
        """Return every intermediate value of the chosen example; the last one when there are fewer."""
        examples = list(start_of(self.sentence)[0].examples)
        return trace_example(self.state(), examples[min(self.example, len(examples)) - 1])

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        dataset, _ = start_of(self.sentence)
        state, trace = self.state(), self.trace()
        after = TrainStep(dataset, LearningRate(self.learning_rate))(state)
        return {
            "Prediction p": trace.prediction.values,
            "Error signal p - onehot(target)": trace.dlogits,
            "Head gradient of this example": trace.gradient.lm_head,
            "Embedding gradient of this example": trace.gradient.embedding,
            "Bias after the step": after.bias,
            "Head after the step": after.lm_head,
            "Embedding after the step": after.embedding,
        }

    def fallback_svg(self) -> str:
        trace = self.trace()
        labels = [f"token {k}" for k in range(len(trace.dlogits))]
        return bars(
            "Error signal p - onehot(target)", labels, trace.dlogits.tolist(), marked=trace.example.second.index
        )

    @property
    def alt(self) -> str:
        example = self.trace().example
        return (
            f"Bars of the error signal for input {example.first.index} and target {example.second.index}: "
            "negative at the target, positive elsewhere."
        )

    @property
    def caption(self) -> str:
        dataset, start = start_of(self.sentence)
        rate = LearningRate(self.learning_rate)
        trace, step = self.trace(), trace_step(self.state(), dataset, rate)
        diverged_at = trajectory(dataset, start, [rate], StepCount(self.step_count + 1)).diverged_at[0]
        apart = "" if diverged_at is None else f" The run diverges: its loss passes 10 ln V at step {diverged_at}."

        def shown(loss: Loss) -> str:
            return f"{loss.value:.6f}" if loss.value < 1e6 else f"{loss.value:.6g}"

        every = "this one example" if len(dataset) == 1 else f"all {len(dataset)} examples"
        signal = ", ".join(f"{value:.6f}" for value in trace.dlogits)
        return (
            f"Input {trace.example.first.index}, target {trace.example.second.index}: the loss of this example is "
            f"{shown(trace.loss)} and its error signal is {signal}. The step over {every} takes "
            f"the average loss from {shown(step.loss_before)} to {shown(step.loss_after)}.{apart}"
        )


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    dataset, start = canonical_start()
    step = TrainStep(dataset, LearningRate(1.0))
    values: dict[str, Any] = {}
    for steps in (0, 20):
        state = iterate(step, start, StepCount(steps))
        trace = trace_example(state, next(iter(dataset.examples)))
        taken = trace_step(state, dataset, LearningRate(1.0))
        values |= {
            f"prediction after {steps} steps": trace.prediction.values,
            f"error signal after {steps} steps": trace.dlogits,
            f"loss of example 1 after {steps} steps": trace.loss.value,
            f"head gradient of example 1 after {steps} steps": trace.gradient.lm_head.ravel(),
            f"embedding gradient of example 1 after {steps} steps": trace.gradient.embedding.ravel(),
            f"mean bias gradient after {steps} steps": gradient(state, dataset).bias,
            f"bias after step {steps + 1}": taken.after.bias,
            f"average loss after step {steps + 1}": taken.loss_after.value,
        }
    return values
