"""Wrong programs that mypy and pyright must refuse: this file is checked and never run.

A line that stops being wrong leaves an unused ignore, which both checkers report as an error.
"""

from typing import NewType

from tinyml import (
    LIST,
    MAYBE,
    METRICS,
    NUMBERS,
    SUM,
    TRACES,
    AverageLoss,
    Bias,
    BinaryCrossEntropy,
    Dist,
    Draw,
    Embedding,
    First,
    Input,
    LearningRate,
    LinearToLogits,
    Neuron,
    NeuronExample,
    NeuronLogit,
    NeuronLoss,
    NeuronStep,
    Number,
    NumberChange,
    Parameters,
    PipelineTrace,
    Port,
    Probability,
    Product,
    Sampler,
    Second,
    Seed,
    Softmax,
    Space,
    StepCount,
    Target,
    TokenId,
    TokenSequence,
    TrainingSet,
    TrainStep,
    VocabSize,
    Weight,
    arrow,
    both,
    check_reverse,
    decide,
    get_put,
    gradient_monoid,
    gradient_sum,
    iterate,
    lens,
    pair,
    port,
    put_get,
    recomputing,
    sigmoid,
    whole,
    wires,
)
from tinyml.validation import FloatArray


@arrow(int, str)
def digits(n: int) -> str:
    return str(n)


@arrow(str, int)
def length(word: str) -> int:
    return len(word)


def right(parameters: Parameters, dataset: TrainingSet) -> Parameters:
    predict = Embedding(parameters) >> LinearToLogits(parameters) >> Softmax(VocabSize(5))
    predict(TokenId(1))
    iterate(digits >> length, 41, StepCount(2))
    return iterate(TrainStep(dataset, LearningRate(1.0)), parameters, StepCount(80))


def wrong(parameters: Parameters, dataset: TrainingSet) -> None:
    Embedding(parameters) >> Softmax(VocabSize(5))  # type: ignore[operator]  # pyright: ignore
    iterate(Embedding(parameters), TokenId(1), StepCount(2))  # type: ignore[misc]  # pyright: ignore
    iterate(AverageLoss(dataset), parameters, StepCount(2))  # type: ignore[misc]  # pyright: ignore
    TrainStep(dataset, 1.0)  # type: ignore[arg-type]  # pyright: ignore
    iterate(TrainStep(dataset, LearningRate(1.0)), parameters, 80)  # type: ignore[arg-type]  # pyright: ignore
    Embedding(parameters)(1)  # type: ignore[arg-type]  # pyright: ignore
    digits >> digits  # type: ignore[operator]  # pyright: ignore
    iterate(digits, 41, StepCount(2))  # type: ignore[misc]  # pyright: ignore
    digits ** StepCount(2)  # pyright: ignore  # mypy lets this one pass: a method is not the safe form


def right_neuron(neuron: Neuron, example: NeuronExample) -> Neuron:
    answer = NeuronLogit(neuron) >> sigmoid >> decide
    answer(Input([1.0, 2.0]))
    share = (NeuronLogit(neuron) >> sigmoid)(example.first)
    BinaryCrossEntropy()(Product(share, example.second))
    return iterate(NeuronStep(example, LearningRate(0.1)), neuron, StepCount(80))


def wrong_neuron(neuron: Neuron, example: NeuronExample) -> None:
    NeuronLogit(neuron) >> decide  # type: ignore[operator]  # pyright: ignore
    NeuronLogit(neuron)(neuron.weight)  # type: ignore[arg-type]  # pyright: ignore
    Neuron(Input([1.0]), Bias(0.1))  # type: ignore[arg-type]  # pyright: ignore
    Neuron(Weight([1.0]), 0.1)  # type: ignore[arg-type]  # pyright: ignore
    BinaryCrossEntropy()(Product(decide(Probability(0.5)), Target(True)))  # type: ignore[arg-type]  # pyright: ignore
    iterate(NeuronLoss(example), neuron, StepCount(2))  # type: ignore[misc]  # pyright: ignore


def right_structure(dist: Dist[int], traces: list[PipelineTrace]) -> PipelineTrace:
    dist.map(str).map(len).bind(lambda n: Dist.certain(n + 1))
    MAYBE.map(len, "word")
    SUM.fold(LIST.map(len, ["a", "word"]))
    return TRACES.fold(traces)


def wrong_structure(dist: Dist[int], traces: list[PipelineTrace], shard: TrainingSet, start: Parameters) -> None:
    dist.bind(str)  # type: ignore[arg-type]  # pyright: ignore
    dist.map(len)  # type: ignore[arg-type]  # pyright: ignore
    LIST.map(len, [1, 2])  # type: ignore[arg-type]  # pyright: ignore
    SUM.fold(["a", "b"])  # type: ignore[list-item]  # pyright: ignore
    METRICS.fold(traces)  # type: ignore[arg-type]  # pyright: ignore
    gradient_monoid(start).fold([gradient_sum(start, shard)])  # type: ignore[list-item]  # pyright: ignore


def right_pairs(both: Product[int, str]) -> Product[str, int]:
    first: First[int, str] = First(Space("int"), Space("str"))
    second: Second[int, str] = Second(Space("int"), Space("str"))
    (pair(digits, digits) >> (length @ length))(3)
    return pair(second, first >> digits >> length)(both)


def wrong_pairs(both: Product[int, str]) -> None:
    first: First[int, str] = First(Space("int"), Space("str"))
    pair(digits, length)(3)  # type: ignore[arg-type]  # pyright: ignore
    pair(digits, digits) >> first  # type: ignore[operator]  # pyright: ignore
    pair(digits, digits) >> (length @ digits)  # type: ignore[operator]  # pyright: ignore
    first(both).upper()  # type: ignore[attr-defined]  # pyright: ignore
    pair(digits, 3)  # type: ignore[arg-type]  # pyright: ignore


def right_sampling(parameters: Parameters) -> TokenSequence:
    start = Product(TokenId(4), Seed(1))
    left = iterate(Draw(parameters), start, StepCount(8))
    left.second.value.bit_length()
    Sampler(parameters, StepCount(8))(left)
    return (Draw(parameters) >> Sampler(parameters, StepCount(7)))(start)


def wrong_sampling(parameters: Parameters) -> None:
    start = Product(TokenId(4), Seed(1))
    Sampler(parameters, 8)  # type: ignore[arg-type]  # pyright: ignore
    Sampler(parameters, StepCount(8))(TokenId(4))  # type: ignore[arg-type]  # pyright: ignore
    Sampler(parameters, StepCount(8))(Product(TokenId(4), 1))  # type: ignore[arg-type]  # pyright: ignore
    Sampler(parameters, StepCount(8)) >> Draw(parameters)  # type: ignore[operator]  # pyright: ignore
    iterate(Sampler(parameters, StepCount(8)), start, StepCount(2))  # type: ignore[misc]  # pyright: ignore


Row = NewType("Row", FloatArray)
RowChange = NewType("RowChange", FloatArray)
ROW: Port[Row, RowChange] = port(Row, RowChange, 4)


def doubled(a: Number) -> Number:
    return Number(2 * a)


def doubled_back(_: Number, change: NumberChange) -> NumberChange:
    return NumberChange(2 * change)


def right_lenses(at: Number, change: NumberChange, neuron: Neuron) -> NumberChange:
    double = lens("double", NUMBERS, NUMBERS, doubled, doubled_back)
    same_row = wires.identity(ROW)
    chain = double >> recomputing(double) >> wires.copy(NUMBERS) >> (double @ double) >> wires.add(NUMBERS)
    check_reverse(chain, at, change, change)
    ((double @ same_row) >> wires.swap(NUMBERS, ROW)).source.meets(both(NUMBERS, ROW))
    bias = lens("bias", whole(Neuron), whole(Bias), lambda n: n.bias, lambda n, b: Neuron(n.weight, b))
    get_put(bias, [neuron])
    put_get(bias, [(neuron, Bias(0.5))])
    chain.get(chain.get(at))
    return chain.put(Product(at, change))


def wrong_lenses(at: Number, change: NumberChange) -> None:
    double = lens("double", NUMBERS, NUMBERS, doubled, doubled_back)
    same_row, adding, copied = wires.identity(ROW), wires.add(NUMBERS), wires.copy(NUMBERS)
    other_change = wires.identity(Port[Number, RowChange](NUMBERS.points, ROW.changes))
    double >> same_row  # type: ignore[operator]  # pyright: ignore
    double >> other_change  # type: ignore[operator]  # pyright: ignore
    double >> adding  # type: ignore[operator]  # pyright: ignore
    copied >> double  # type: ignore[operator]  # pyright: ignore
    copied >> (double @ same_row)  # type: ignore[operator]  # pyright: ignore
    double >> double.get  # type: ignore[operator]  # pyright: ignore
    double.get >> double  # type: ignore[operator]  # pyright: ignore
    double @ 3  # type: ignore[operator]  # pyright: ignore
    double.get(change)  # type: ignore[arg-type]  # pyright: ignore
    double.get(at + at)  # type: ignore[arg-type]  # pyright: ignore
    double.put(at)  # type: ignore[arg-type]  # pyright: ignore
    double.put(Product(at, at))  # type: ignore[arg-type]  # pyright: ignore
    lens("double", NUMBERS, NUMBERS, doubled, doubled)  # type: ignore[arg-type]  # pyright: ignore
    lens("double", NUMBERS, ROW, doubled, doubled_back)  # type: ignore[arg-type]  # pyright: ignore
    check_reverse(double, at, at, change)  # type: ignore[misc]  # pyright: ignore
    get_put(double, [at])  # type: ignore[misc]  # pyright: ignore
