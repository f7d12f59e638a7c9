"""Category Theory for Tiny ML: typed arrows that can be run.

Reading order: errors, validation, then `CHAPTERS`; then draw (on svg and string_diagram), chart and demo.
Importing this package loads nothing else; a name loads its module, and numpy, when it is first used.  The widgets are
in `tinyml.widgets`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyml.adjointness import backprop_correct, check_adjoint, check_derivative, pairings
    from tinyml.calculus import (
        BEST_STEP,
        AddOp,
        LocalGradient,
        LogOp,
        MulOp,
        Operation,
        SigmoidOp,
        central_difference,
        check_local_rule,
    )
    from tinyml.category import Composite, Identity, Morphism, Power, Tensor
    from tinyml.context import Context
    from tinyml.counterexamples import Found, search, smaller_list, smaller_number
    from tinyml.dist import DIST, Dist, frequencies, likeliest
    from tinyml.domain import Product, TokenSequence, TrainingExample, TrainingSet
    from tinyml.endomorphism import AverageLoss, iterate, orbit
    from tinyml.errors import (
        CompositionError,
        EmptyInput,
        InvalidInterval,
        InvalidLearningRate,
        InvalidLoss,
        InvalidProbability,
        InvalidQuantity,
        InvalidScalar,
        InvalidWire,
        NumericalOverflow,
        OutOfRange,
        ShapeMismatch,
        TinyMLError,
        UnknownWord,
        UnreadableText,
        WrongType,
    )
    from tinyml.function import Function, arrow
    from tinyml.laws import LawReport, close, deviation, dot_test, numerical_gradient, square_commutes
    from tinyml.ml import (
        CrossEntropy,
        DatasetWindowing,
        DirectPredict,
        Embedding,
        LinearToLogits,
        Softmax,
        average_loss,
        entropy_floor,
        log_probabilities,
        log_softmax,
        loss_from_logits,
        predictor,
    )
    from tinyml.monoid import (
        LISTS,
        METRICS,
        SUM,
        TRACES,
        Metrics,
        Monoid,
        PipelineTrace,
        TraceStep,
        homomorphism,
        monoid_laws,
        pair_of,
    )
    from tinyml.neuron import (
        Bias,
        Input,
        Logit,
        Neuron,
        NeuronExample,
        NeuronGradient,
        Prediction,
        Probability,
        Target,
        Weight,
    )
    from tinyml.neuron_arrows import (
        BinaryCrossEntropy,
        GradientRule,
        NeuronLogit,
        NeuronLoss,
        NeuronStep,
        ZeroOneLoss,
        decide,
        loss_from_logit,
        neuron_gradient,
        sigmoid,
        single_valued,
    )
    from tinyml.neuron_trace import NeuronTrace, Wire, trace_neuron
    from tinyml.nodes import Node
    from tinyml.parameters import Gradient, Parameters
    from tinyml.quantities import (
        Distribution,
        LearningRate,
        Logits,
        Loss,
        ModelDimension,
        StepCount,
        TokenId,
        Vector,
        VocabSize,
    )
    from tinyml.rings import FLOAT, GF2, RATIONAL, Ring
    from tinyml.rounding import about
    from tinyml.shards import (
        PairCounts,
        cut,
        gradient_from_counts,
        gradient_sum,
        gradient_sums,
        gradients,
        mean_gradient,
        measured,
        pair_counts,
    )
    from tinyml.space import Space
    from tinyml.structure import (
        LIST,
        MAYBE,
        NUMBER,
        VALUE,
        Component,
        Functor,
        Lifted,
        Transformation,
        as_list,
        first_or_none,
        functor_laws,
        largest_or_none,
        naturality,
        reversed_list,
    )
    from tinyml.sweep import Trajectory, trajectory
    from tinyml.tape import Graph, grad, loss_graph, seed_scalar_loss, sgd_step
    from tinyml.training import (
        ExampleTrace,
        TrainStep,
        UpdateTrace,
        accumulate,
        descend,
        error_signal,
        gradient,
        gradient_by_example,
        trace_example,
        trace_step,
    )
    from tinyml.vocabulary import Vocabulary

__version__ = "0.1.0"

NAMES = {
    "adjointness": "backprop_correct check_adjoint check_derivative pairings",
    "calculus": "AddOp BEST_STEP LocalGradient LogOp MulOp Operation SigmoidOp central_difference check_local_rule",
    "category": "Composite Identity Morphism Power Tensor",
    "context": "Context",
    "counterexamples": "Found search smaller_list smaller_number",
    "dist": "DIST Dist frequencies likeliest",
    "domain": "Product TokenSequence TrainingExample TrainingSet",
    "endomorphism": "AverageLoss iterate orbit",
    "errors": (
        "CompositionError EmptyInput InvalidInterval InvalidLearningRate InvalidLoss InvalidProbability"
        " InvalidQuantity InvalidScalar InvalidWire NumericalOverflow OutOfRange ShapeMismatch TinyMLError"
        " UnknownWord UnreadableText WrongType"
    ),
    "function": "Function arrow",
    "laws": "LawReport close deviation dot_test numerical_gradient square_commutes",
    "ml": (
        "CrossEntropy DatasetWindowing DirectPredict Embedding LinearToLogits Softmax average_loss"
        " entropy_floor log_probabilities log_softmax loss_from_logits predictor"
    ),
    "monoid": "LISTS METRICS Metrics Monoid PipelineTrace SUM TRACES TraceStep homomorphism monoid_laws pair_of",
    "neuron": "Bias Input Logit Neuron NeuronExample NeuronGradient Prediction Probability Target Weight",
    "neuron_arrows": (
        "BinaryCrossEntropy GradientRule NeuronLogit NeuronLoss NeuronStep ZeroOneLoss decide loss_from_logit"
        " neuron_gradient sigmoid single_valued"
    ),
    "neuron_trace": "NeuronTrace Wire trace_neuron",
    "nodes": "Node",
    "parameters": "Gradient Parameters",
    "quantities": "Distribution LearningRate Logits Loss ModelDimension StepCount TokenId Vector VocabSize",
    "rings": "FLOAT GF2 RATIONAL Ring",
    "shards": (
        "PairCounts cut gradient_from_counts gradient_sum gradient_sums gradients mean_gradient measured pair_counts"
    ),
    "rounding": "about",
    "space": "Space",
    "structure": (
        "Component Functor LIST Lifted MAYBE NUMBER Transformation VALUE as_list first_or_none functor_laws"
        " largest_or_none naturality reversed_list"
    ),
    "sweep": "Trajectory trajectory",
    "tape": "Graph grad loss_graph seed_scalar_loss sgd_step",
    "training": (
        "ExampleTrace TrainStep UpdateTrace accumulate descend error_signal gradient gradient_by_example"
        " trace_example trace_step"
    ),
    "vocabulary": "Vocabulary",
}
"""Which module a name is in, for `__getattr__`; type checkers read the imports above."""

_READING_ORDER = """
quantities domain vocabulary parameters space hints category function laws ml fused training endomorphism sweep
structure counterexamples dist monoid shards calculus neuron neuron_arrows neuron_trace rings context nodes tape
adjointness
"""
CHAPTERS = tuple(_READING_ORDER.split())
"""The modules of the chapters, in reading order."""

_MODULES = {name: module for module, names in NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name in NAMES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "BEST_STEP",
    "DIST",
    "FLOAT",
    "GF2",
    "LIST",
    "LISTS",
    "MAYBE",
    "METRICS",
    "NUMBER",
    "RATIONAL",
    "SUM",
    "TRACES",
    "VALUE",
    "AddOp",
    "AverageLoss",
    "Bias",
    "BinaryCrossEntropy",
    "Component",
    "Composite",
    "CompositionError",
    "Context",
    "CrossEntropy",
    "DatasetWindowing",
    "DirectPredict",
    "Dist",
    "Distribution",
    "Embedding",
    "EmptyInput",
    "ExampleTrace",
    "Found",
    "Function",
    "Functor",
    "Gradient",
    "GradientRule",
    "Graph",
    "Identity",
    "Input",
    "InvalidInterval",
    "InvalidLearningRate",
    "InvalidLoss",
    "InvalidProbability",
    "InvalidQuantity",
    "InvalidScalar",
    "InvalidWire",
    "LawReport",
    "LearningRate",
    "Lifted",
    "LinearToLogits",
    "LocalGradient",
    "LogOp",
    "Logit",
    "Logits",
    "Loss",
    "Metrics",
    "ModelDimension",
    "Monoid",
    "Morphism",
    "MulOp",
    "Neuron",
    "NeuronExample",
    "NeuronGradient",
    "NeuronLogit",
    "NeuronLoss",
    "NeuronStep",
    "NeuronTrace",
    "Node",
    "NumericalOverflow",
    "Operation",
    "OutOfRange",
    "PairCounts",
    "Parameters",
    "PipelineTrace",
    "Power",
    "Prediction",
    "Probability",
    "Product",
    "Ring",
    "ShapeMismatch",
    "SigmoidOp",
    "Softmax",
    "Space",
    "StepCount",
    "Target",
    "Tensor",
    "TinyMLError",
    "TokenId",
    "TokenSequence",
    "TraceStep",
    "TrainStep",
    "TrainingExample",
    "TrainingSet",
    "Trajectory",
    "Transformation",
    "UnknownWord",
    "UnreadableText",
    "UpdateTrace",
    "Vector",
    "VocabSize",
    "Vocabulary",
    "Weight",
    "Wire",
    "WrongType",
    "ZeroOneLoss",
    "about",
    "accumulate",
    "arrow",
    "as_list",
    "average_loss",
    "backprop_correct",
    "central_difference",
    "check_adjoint",
    "check_derivative",
    "check_local_rule",
    "close",
    "cut",
    "decide",
    "descend",
    "deviation",
    "dot_test",
    "entropy_floor",
    "error_signal",
    "first_or_none",
    "frequencies",
    "functor_laws",
    "grad",
    "gradient",
    "gradient_by_example",
    "gradient_from_counts",
    "gradient_sum",
    "gradient_sums",
    "gradients",
    "homomorphism",
    "iterate",
    "largest_or_none",
    "likeliest",
    "log_probabilities",
    "log_softmax",
    "loss_from_logit",
    "loss_from_logits",
    "loss_graph",
    "mean_gradient",
    "measured",
    "monoid_laws",
    "naturality",
    "neuron_gradient",
    "numerical_gradient",
    "orbit",
    "pair_counts",
    "pair_of",
    "pairings",
    "predictor",
    "reversed_list",
    "search",
    "seed_scalar_loss",
    "sgd_step",
    "sigmoid",
    "single_valued",
    "smaller_list",
    "smaller_number",
    "square_commutes",
    "trace_example",
    "trace_neuron",
    "trace_step",
    "trajectory",
]
