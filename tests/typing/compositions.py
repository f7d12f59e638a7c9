"""Wrong programs that mypy and pyright must refuse: this file is checked and never run.

A line that stops being wrong leaves an unused ignore, which both checkers report as an error.
"""

from tinyml import (
    AverageLoss,
    Embedding,
    LearningRate,
    LinearToLogits,
    Parameters,
    Softmax,
    StepCount,
    TokenId,
    TrainingSet,
    TrainStep,
    VocabSize,
    iterate,
)


def right(parameters: Parameters, dataset: TrainingSet) -> Parameters:
    predict = Embedding(parameters) >> LinearToLogits(parameters) >> Softmax(VocabSize(5))
    predict(TokenId(1))
    return iterate(TrainStep(dataset, LearningRate(1.0)), parameters, StepCount(80))


def wrong(parameters: Parameters, dataset: TrainingSet) -> None:
    Embedding(parameters) >> Softmax(VocabSize(5))  # type: ignore[operator]  # pyright: ignore
    iterate(Embedding(parameters), TokenId(1), StepCount(2))  # type: ignore[misc]  # pyright: ignore
    iterate(AverageLoss(dataset), parameters, StepCount(2))  # type: ignore[misc]  # pyright: ignore
    TrainStep(dataset, 1.0)  # type: ignore[arg-type]  # pyright: ignore
    iterate(TrainStep(dataset, LearningRate(1.0)), parameters, 80)  # type: ignore[arg-type]  # pyright: ignore
    Embedding(parameters)(1)  # type: ignore[arg-type]  # pyright: ignore
