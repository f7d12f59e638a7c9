"""Widgets: JavaScript draws and computes, Python proves.

Each widget is a folder with a Python class, an ES module and, where it needs one, a style sheet; what
they share is in `kit`.  `import tinyml` does not import this package, and this package imports a
widget only when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinyml.widgets.bug_toggles import BugToggles
    from tinyml.widgets.chain_builder import ChainBuilder
    from tinyml.widgets.constructor_bench import ConstructorBench
    from tinyml.widgets.law_lab import LawLab
    from tinyml.widgets.neuron_wires import NeuronWires
    from tinyml.widgets.softmax_bench import SoftmaxBench
    from tinyml.widgets.step_trace import StepTrace
    from tinyml.widgets.tape_bench import TapeBench
    from tinyml.widgets.training_explorer import TrainingExplorer

_FOLDERS = {
    "BugToggles": "bug_toggles",
    "ChainBuilder": "chain_builder",
    "ConstructorBench": "constructor_bench",
    "LawLab": "law_lab",
    "NeuronWires": "neuron_wires",
    "SoftmaxBench": "softmax_bench",
    "StepTrace": "step_trace",
    "TapeBench": "tape_bench",
    "TrainingExplorer": "training_explorer",
}

__all__ = [
    "BugToggles",
    "ChainBuilder",
    "ConstructorBench",
    "LawLab",
    "NeuronWires",
    "SoftmaxBench",
    "StepTrace",
    "TapeBench",
    "TrainingExplorer",
]


def __getattr__(name: str) -> Any:
    if name not in _FOLDERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FOLDERS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_FOLDERS})
