"""Widgets: JavaScript draws and computes, Python proves.

Each widget is a folder with a Python class, an ES module and, where it needs one, a style sheet; what
they share is in `kit`.  `import tinyml` does not import this package, and this package imports a
widget only when it is asked for: the class `SoftmaxBench` is in the folder `softmax_bench`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tinyml.widgets.linking import widget_names

if TYPE_CHECKING:
    from tinyml.widgets.attention_field import AttentionField as AttentionField
    from tinyml.widgets.bug_toggles import BugToggles as BugToggles
    from tinyml.widgets.chain_builder import ChainBuilder as ChainBuilder
    from tinyml.widgets.circuit_sweeps import CircuitSweeps as CircuitSweeps
    from tinyml.widgets.constructor_bench import ConstructorBench as ConstructorBench
    from tinyml.widgets.digit_pad import DigitPad as DigitPad
    from tinyml.widgets.law_lab import LawLab as LawLab
    from tinyml.widgets.learner_boxes import LearnerBoxes as LearnerBoxes
    from tinyml.widgets.lens_corridor import LensCorridor as LensCorridor
    from tinyml.widgets.neuron_wires import NeuronWires as NeuronWires
    from tinyml.widgets.precision_floor import PrecisionFloor as PrecisionFloor
    from tinyml.widgets.pushforward_bench import PushforwardBench as PushforwardBench
    from tinyml.widgets.reverse_bench import ReverseBench as ReverseBench
    from tinyml.widgets.seam_cutter import SeamCutter as SeamCutter
    from tinyml.widgets.side_wires import SideWires as SideWires
    from tinyml.widgets.softmax_bench import SoftmaxBench as SoftmaxBench
    from tinyml.widgets.step_trace import StepTrace as StepTrace
    from tinyml.widgets.tape_bench import TapeBench as TapeBench
    from tinyml.widgets.training_explorer import TrainingExplorer as TrainingExplorer
    from tinyml.widgets.tune import Tune as Tune
    from tinyml.widgets.valley import Valley as Valley

CLASSES = {name.title().replace("_", ""): name for name in widget_names()}
"""The class of each folder."""


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return sorted(CLASSES)
    if name not in CLASSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{CLASSES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *CLASSES})
