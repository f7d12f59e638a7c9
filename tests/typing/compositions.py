"""Wrong programs that mypy and pyright must refuse: this file is checked and never run.

A line that stops being wrong leaves an unused ignore, which both checkers report as an error.
"""

from typing import Any, NewType

import numpy as np

from tinyml import (
    AND,
    LIST,
    MAYBE,
    METRICS,
    NOT,
    NUMBERS,
    OR,
    PARAMETERS,
    RATIONAL,
    SUM,
    TRACES,
    XOR,
    AverageLoss,
    BackwardOutput,
    Bias,
    BinaryCrossEntropy,
    Dist,
    Done,
    Draw,
    Embedding,
    First,
    Gradient,
    InPlaceAdamW,
    Input,
    LearningRate,
    LinearToLogits,
    Morphism,
    Neuron,
    NeuronExample,
    NeuronLogit,
    NeuronLoss,
    NeuronStep,
    Number,
    NumberChange,
    Para,
    Parameters,
    PipelineTrace,
    PolyMap,
    Polynomials,
    Port,
    Precision,
    Probability,
    Product,
    Sample,
    Sampler,
    Second,
    Seed,
    Smooth,
    SmoothMap,
    Softmax,
    Space,
    Squares,
    StepCount,
    Target,
    TokenId,
    TokenSequence,
    TrainingSet,
    TrainStep,
    VocabSize,
    Weight,
    across,
    adagrad,
    adam,
    adamw,
    affine,
    arrays_in,
    arrow,
    asking,
    attention,
    based,
    beside,
    bias,
    bits_of,
    blooms,
    both,
    by_policy,
    causal,
    check_reverse,
    circuit_learner,
    clipped_norm,
    closures,
    commutes_with,
    compared,
    constant_rate,
    correlate,
    cosine,
    cross_entropy,
    cross_head,
    decide,
    decoupled_decay,
    dense,
    descent,
    digit_classifier,
    digits,
    dithered,
    drawn_samples,
    embed,
    epoch,
    every_token,
    everywhere,
    flatten,
    flattened,
    followed,
    forward_derivative,
    frozen,
    get_put,
    gradient_monoid,
    gradient_sum,
    halves,
    head,
    heard_as,
    held_out,
    hidden,
    identity_rate,
    images,
    in_halves,
    initialise,
    inputs_of,
    iterate,
    keys,
    l2_penalty,
    layers,
    learnt,
    lens,
    lensed,
    lift,
    linear,
    lookup,
    losses,
    low_rank,
    machine,
    masks_of,
    max_pool,
    mean_samples,
    mixed,
    momentum,
    nesterov,
    nothing_read,
    of_lens,
    one_by_one,
    orders,
    paced,
    pair,
    para,
    para_of,
    polymap,
    polymaps,
    port,
    positions,
    printed_reverse,
    proportional_rate,
    put_get,
    queries,
    read_along,
    read_checkpoint,
    recalled,
    recomputing,
    record_descent,
    recorded,
    reed_muller,
    reverse_derivative,
    rounded,
    scaled_descent,
    scheduled,
    scores,
    settings_for,
    share_named,
    share_right,
    sided,
    sigmoid,
    smooth,
    smooth_reverse,
    splits,
    spread,
    squared,
    starting,
    still,
    supervised,
    swept,
    table_of,
    taught,
    tokens,
    train_step,
    transposed,
    tree_of,
    try_axioms,
    turned,
    two_heads,
    unscaled,
    values,
    variables,
    vectors,
    weighed,
    whole,
    windows,
    wires,
)
from tinyml.ch12_para.base_change import ParaArrow
from tinyml.ch12_para.layers import (
    Offsets,
    OffsetsChange,
    Scores,
    ScoresChange,
    Table,
    TableChange,
    Tokens,
    Vectors,
    VectorsChange,
    Weights,
    WeightsChange,
)
from tinyml.ch12_para.trees import Flat, FlatChange, flat
from tinyml.ch13_learner.losses import Shares
from tinyml.ch15_driver.driver import Arrays
from tinyml.validation import FloatArray


@arrow(int, str)
def numerals(n: int) -> str:
    return str(n)


@arrow(str, int)
def length(word: str) -> int:
    return len(word)


def right(parameters: Parameters, dataset: TrainingSet) -> Parameters:
    predict = Embedding(parameters) >> LinearToLogits(parameters) >> Softmax(VocabSize(5))
    predict(TokenId(1))
    iterate(numerals >> length, 41, StepCount(2))
    return iterate(TrainStep(dataset, LearningRate(1.0)), parameters, StepCount(80))


def wrong(parameters: Parameters, dataset: TrainingSet) -> None:
    Embedding(parameters) >> Softmax(VocabSize(5))  # type: ignore[operator]  # pyright: ignore
    iterate(Embedding(parameters), TokenId(1), StepCount(2))  # type: ignore[misc]  # pyright: ignore
    iterate(AverageLoss(dataset), parameters, StepCount(2))  # type: ignore[misc]  # pyright: ignore
    TrainStep(dataset, 1.0)  # type: ignore[arg-type]  # pyright: ignore
    iterate(TrainStep(dataset, LearningRate(1.0)), parameters, 80)  # type: ignore[arg-type]  # pyright: ignore
    Embedding(parameters)(1)  # type: ignore[arg-type]  # pyright: ignore
    numerals >> numerals  # type: ignore[operator]  # pyright: ignore
    iterate(numerals, 41, StepCount(2))  # type: ignore[misc]  # pyright: ignore
    numerals ** StepCount(2)  # pyright: ignore  # mypy lets this one pass: a method is not the safe form


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
    (pair(numerals, numerals) >> (length @ length))(3)
    return pair(second, first >> numerals >> length)(both)


def wrong_pairs(both: Product[int, str]) -> None:
    first: First[int, str] = First(Space("int"), Space("str"))
    pair(numerals, length)(3)  # type: ignore[arg-type]  # pyright: ignore
    pair(numerals, numerals) >> first  # type: ignore[operator]  # pyright: ignore
    pair(numerals, numerals) >> (length @ numerals)  # type: ignore[operator]  # pyright: ignore
    first(both).upper()  # type: ignore[attr-defined]  # pyright: ignore
    pair(numerals, 3)  # type: ignore[arg-type]  # pyright: ignore


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


def right_paras(rng: np.random.Generator, text: Tokens, change: ScoresChange, flat: Flat) -> FlatChange:
    table, head, offsets = embed(5, 4), linear(vectors(4), scores(5)), bias(scores(5))
    model = table >> head >> offsets
    start: Product[Offsets, Product[Weights, Table]] = initialise(model.parameters, rng)
    model.get(Product(start, text))
    model.put(Product(Product(start, text), change)).first.second.second
    (table >> (head >> offsets)).reparametrise(
        wires.assoc_back(offsets.parameters, head.parameters, table.parameters)
        >> wires.assoc(offsets.parameters, head.parameters, table.parameters)
        >> wires.assoc_back(offsets.parameters, head.parameters, table.parameters)
    )
    net = lift(layers.tanh(vectors(4))) >> dense(vectors(4), vectors(9)) >> head_of(9) >> layers.sigmoid(scores(3))
    net.reparametrise(descent(net.parameters)).lens.put
    every_token(5, 4).reparametrise(rounded(table.parameters)).get
    tie = wires.copy(table.parameters) >> (
        transposed(table.parameters, head.parameters) @ wires.identity(table.parameters)
    )
    tied = model.reparametrise(wires.identity(offsets.parameters) @ tie)
    tied.get(Product(Product(start.first, start.second.second), text))
    head.reparametrise(low_rank(head.parameters, start.second.first, 2)).reparametrise
    fixed = head.reparametrise(frozen(head.parameters, start.second.first))
    fixed.get(Product((), Vectors(np.zeros(4))))
    (of_lens(head.parameters, head.source, head.lens) >> offsets).get.apply
    both_halves = beside(model, model).reparametrise(wires.copy(model.parameters))
    both_halves.get(Product(start, Product(text, text)))
    as_one = model.reparametrise(flattened(model.parameters))
    return as_one.put(Product(Product(flat, text), change)).first


def head_of(size: int) -> Para[Port[Weights, WeightsChange], Port[Vectors, VectorsChange], Port[Scores, ScoresChange]]:
    return linear(vectors(size), scores(3))


def right_base_change(shown: Morphism[Product[int, int], int]) -> int:
    own: ParaArrow[int, int, int] = ParaArrow(shown)
    still(numerals >> length).get(3)
    return based(own >> own).get(Product(Product(1, 2), 3))


def wrong_paras(text: Tokens, weights: Weights, offsets_there: Offsets, flat: Flat) -> None:
    table, head, offsets = embed(5, 4), linear(vectors(4), scores(5)), bias(scores(5))
    on_vectors, on_scores = layers.relu(vectors(4)), layers.sigmoid(scores(5))
    model = table >> head >> offsets
    table >> offsets  # type: ignore[operator]  # pyright: ignore
    offsets >> table  # type: ignore[operator]  # pyright: ignore
    table >> on_scores  # type: ignore[operator]  # pyright: ignore
    on_vectors >> model  # type: ignore[operator]  # pyright: ignore
    on_vectors >> head  # type: ignore[operator]  # pyright: ignore
    lift(on_scores) >> head  # type: ignore[operator]  # pyright: ignore
    model >> linear  # type: ignore[operator]  # pyright: ignore
    model >> 3  # type: ignore[operator]  # pyright: ignore
    model.reparametrise(on_vectors)  # type: ignore[arg-type]  # pyright: ignore
    model.reparametrise(flattened(head.parameters))  # type: ignore[arg-type]  # pyright: ignore
    model.reparametrise(model)  # type: ignore[arg-type]  # pyright: ignore
    head.reparametrise(wires.copy(head.parameters))  # type: ignore[arg-type]  # pyright: ignore
    (table >> (head >> offsets)).reparametrise(descent(model.parameters))  # type: ignore[arg-type]  # pyright: ignore
    model.get(Product(flat, text))  # type: ignore[arg-type]  # pyright: ignore
    head.get(Product(weights, text))  # type: ignore[arg-type]  # pyright: ignore
    head.get(Product(offsets_there, Vectors(np.zeros(4))))  # type: ignore[arg-type]  # pyright: ignore
    head.put(Product(Product(weights, Vectors(np.zeros(4))), Scores(np.zeros(5))))  # type: ignore[arg-type]  # pyright: ignore
    frozen(head.parameters, offsets_there)  # type: ignore[misc]  # pyright: ignore
    low_rank(head.parameters, offsets_there, 1)  # type: ignore[misc]  # pyright: ignore
    linear(tokens(5), scores(5))  # type: ignore[type-var]  # pyright: ignore
    dense(vectors(4), scores(5), layers.sigmoid(scores(5)))  # type: ignore[arg-type]  # pyright: ignore
    para("own", head.parameters, vectors(4), scores(5), head.forward, offsets.put)  # type: ignore[arg-type]  # pyright: ignore
    of_lens(offsets.parameters, vectors(4), head.lens)  # type: ignore[misc]  # pyright: ignore
    initialise(model, np.random.default_rng(1))  # type: ignore[arg-type]  # pyright: ignore
    beside(model, on_scores)  # type: ignore[arg-type]  # pyright: ignore
    based(numerals)  # type: ignore[arg-type]  # pyright: ignore
    still(on_vectors)  # type: ignore[arg-type]  # pyright: ignore


def right_learners(
    text: Tokens, after: Tokens, start: Parameters, wanted: Shares, rng: np.random.Generator
) -> Parameters:
    row = embed(5, 4) >> linear(vectors(4), scores(5)) >> bias(scores(5))
    model = row.reparametrise(recorded(PARAMETERS, Gradient, ("bias", "lm_head", "embedding"), row.parameters))
    learner = supervised(model, record_descent(), cross_entropy(5), constant_rate(0.1))
    step = learner.step(text, after)
    said: float = learner.measure(text, after)(start)
    machine(learner).run(start, [(text, after)])[1].append(learner.measure(text, after)(start))
    head = linear(vectors(4), scores(5))
    tree = initialise(head.parameters, rng)
    plain = supervised(head, scaled_descent(head.parameters, 0.1), losses.shared(5), proportional_rate(said))
    plain.step(Vectors(np.zeros(4)), wanted)(tree)
    dreamer = supervised(turned(head), descent(head.source), losses.shared(5), constant_rate(0.1))
    iterate(dreamer.step(tree, wanted), Vectors(np.zeros(4)), StepCount(10))
    bits = lift(wires.identity(losses.BITS))
    supervised(bits, descent(bits.parameters), losses.differing(), identity_rate(losses.BITS))
    asking(in_halves(head), 0.1).request
    (asking(head, 1) >> asking(bias(scores(5)), 1)).update
    return (step >> iterate_all(step) >> epoch(learner, [(text, after)]))(start)


def iterate_all(step: Morphism[Parameters, Parameters]) -> Morphism[Parameters, Parameters]:
    return step ** StepCount(80)


def wrong_learners(text: Tokens, after: Tokens, start: Parameters, weights: Weights, wanted: Shares) -> None:
    head, table, offsets = linear(vectors(4), scores(5)), embed(5, 4), bias(scores(5))
    down, loss, cap = descent(head.parameters), losses.shared(5), constant_rate(0.1)
    learner, of_tokens = supervised(head, down, loss, cap), cross_entropy(5)
    step, at = learner.step(Vectors(np.zeros(4)), wanted), Vectors(np.zeros(4))
    on_vectors, still_there = squared(vectors(4)), wires.identity(head.parameters)
    other, whole_bits = descent(offsets.parameters), identity_rate(losses.BITS)
    supervised(head, down, cap)  # type: ignore[call-arg, arg-type]  # pyright: ignore
    supervised(head, down, loss)  # type: ignore[call-arg]  # pyright: ignore
    supervised(head, down, cap, loss)  # type: ignore[arg-type]  # pyright: ignore
    supervised(head, other, loss, cap)  # type: ignore[misc]  # pyright: ignore
    supervised(head, still_there, loss, cap)  # type: ignore[misc]  # pyright: ignore
    supervised(head, down, on_vectors, cap)  # type: ignore[misc]  # pyright: ignore
    supervised(head, down, loss, whole_bits)  # type: ignore[misc]  # pyright: ignore
    supervised(head, down, loss, still_there)  # type: ignore[misc, arg-type]  # pyright: ignore
    learner.step(text, wanted)  # type: ignore[arg-type]  # pyright: ignore
    learner.step(at, text)  # type: ignore[arg-type]  # pyright: ignore
    learner.step(at, Scores(np.zeros(5)))  # type: ignore[arg-type]  # pyright: ignore
    learner.step(at)  # type: ignore[call-arg]  # pyright: ignore
    step(start)  # type: ignore[arg-type]  # pyright: ignore
    step >> learner.measure(at, wanted) >> step  # type: ignore[operator]  # pyright: ignore
    iterate(learner.measure(at, wanted), weights, StepCount(2))  # type: ignore[misc]  # pyright: ignore
    supervised(table, descent(table.parameters), of_tokens, cap)  # type: ignore[misc]  # pyright: ignore
    turned(cap)  # type: ignore[arg-type]  # pyright: ignore
    constant_rate("0.1")  # type: ignore[arg-type]  # pyright: ignore
    epoch(learner, [(text, after)])  # type: ignore[misc]  # pyright: ignore


def right_optimisers(
    text: Tokens, flat_start: Flat, change: FlatChange, start: Product[Offsets, Weights]
) -> Product[FlatChange, Flat]:
    size, tree = flat(45), (linear(vectors(4), scores(5)) >> bias(scores(5))).parameters
    whole_model = embed(5, 4) >> linear(vectors(4), scores(5)) >> bias(scores(5))
    flat_model = whole_model.reparametrise(flattened(whole_model.parameters))
    own = momentum(size, 0.9) >> clipped_norm(size, 1.0, eps=0.0)
    learner = supervised(flat_model, own, cross_entropy(5), constant_rate(0.1))
    state: Product[FlatChange, Flat] = starting(own, flat_start)
    adaptive = supervised(flat_model, adam(size, cosine(0.1, 0.0, 80), eps=1e-8), cross_entropy(5), constant_rate(1))
    moments: Product[Product[Product[FlatChange, Squares], Done], Flat] = starting(
        adam(size, 0.1, eps=1e-8), flat_start
    )
    iterate(adaptive.step(text, text), moments, StepCount(3)).first.second.bit_length()
    counted: Product[Product[Done, FlatChange], Flat] = starting(paced(nesterov(size, 0.5), 0.1), flat_start)
    counted.first.first.bit_length()
    on_trees: Product[Product[OffsetsChange, WeightsChange], Product[Offsets, Weights]] = starting(
        momentum(tree, 0.9), start
    )
    on_trees.first.second
    decoupled_decay(scheduled(tree, 0.1), 0.01).put.apply
    (adagrad(size, 0.1, eps=1e-7) >> l2_penalty(size, 0.1)).get
    splits(lambda n: adam(flat(n), 0.1, eps=1e-8), 3, flat_start, [change]).holds
    read_along(momentum(size, 0.5), flat_start, [change])[0].sum()
    (momentum(size, 0.5) @ adagrad(size, 0.1, eps=0.0)).put.apply
    recalled(own, [[0.0], [0.0]]).second
    return iterate(learner.step(text, text), state, StepCount(3))


def wrong_optimisers(
    text: Tokens, flat_start: Flat, change: FlatChange, weights: Weights, table_change: TableChange
) -> None:
    size, head = flat(45), linear(vectors(4), scores(5))
    whole_model = embed(5, 4) >> head >> bias(scores(5))
    flat_model = whole_model.reparametrise(flattened(whole_model.parameters))
    rolling, adaptive = momentum(size, 0.9), adam(size, 0.1, eps=1e-8)
    learner = supervised(flat_model, rolling, cross_entropy(5), constant_rate(0.1))
    velocity, moments = starting(rolling, flat_start), starting(adaptive, flat_start)
    learner.step(text, text)(flat_start)  # type: ignore[arg-type]  # pyright: ignore
    learner.step(text, text)(moments)  # type: ignore[arg-type]  # pyright: ignore
    adaptive.put(Product(velocity, change))  # type: ignore[arg-type]  # pyright: ignore
    rolling.put(Product(velocity, flat_start))  # type: ignore[arg-type]  # pyright: ignore
    rolling.put(Product(starting(adagrad(size, 0.1, eps=0.0), flat_start), change))  # type: ignore[arg-type]  # pyright: ignore
    supervised(whole_model, rolling, cross_entropy(5), constant_rate(0.1))  # type: ignore[misc]  # pyright: ignore
    supervised(flat_model, momentum(head.parameters, 0.9), cross_entropy(5), constant_rate(0.1))  # type: ignore[misc]  # pyright: ignore
    supervised(flat_model, clipped_norm(size, 1.0, eps=0.0), cross_entropy(5), constant_rate(0.1))  # type: ignore[misc]  # pyright: ignore
    clipped_norm(size, 1.0, eps=0.0) >> rolling  # type: ignore[operator]  # pyright: ignore
    rolling >> clipped_norm(head.parameters, 1.0, eps=0.0)  # type: ignore[arg-type]  # pyright: ignore
    rolling >> adaptive  # type: ignore[operator]  # pyright: ignore
    starting(rolling, weights)  # type: ignore[misc]  # pyright: ignore
    starting(descent(size), flat_start)  # type: ignore[arg-type]  # pyright: ignore
    starting(head, weights)  # type: ignore[arg-type]  # pyright: ignore
    adam(size, 0.1)  # type: ignore[call-arg]  # pyright: ignore
    adam(size, 0.1, 0.9, 0.999, 1e-8)  # type: ignore[call-arg]  # pyright: ignore
    adam(whole_model.parameters, 0.1, eps=1e-8)  # type: ignore[type-var]  # pyright: ignore
    adagrad(size, cosine(0.1, 0.0, 9), eps=1e-7)  # type: ignore[arg-type]  # pyright: ignore
    momentum(whole_model, 0.9)  # type: ignore[arg-type]  # pyright: ignore
    momentum(size, "0.9")  # type: ignore[arg-type]  # pyright: ignore
    paced(descent(size), 0.1)  # type: ignore[arg-type]  # pyright: ignore
    paced(adaptive, constant_rate(0.1))  # type: ignore[arg-type]  # pyright: ignore
    scheduled(size, scheduled)  # type: ignore[arg-type]  # pyright: ignore
    commutes_with(momentum(head.parameters, 0.9), np.eye(20), flat_start, [change])  # type: ignore[arg-type]  # pyright: ignore
    read_along(rolling, flat_start, [flat_start])  # type: ignore[list-item]  # pyright: ignore
    splits(adaptive, 3, flat_start, [change])  # type: ignore[arg-type]  # pyright: ignore
    momentum(head.parameters, 0.9).put(Product(Product(table_change, weights), table_change))  # type: ignore[arg-type]  # pyright: ignore


def right_drivers(rows: FloatArray, target: FloatArray, tree: Product[Offsets, Weights], flat_start: Flat) -> Arrays:
    model, loss = linear(vectors(4), scores(5)) >> bias(scores(5)), squared(scores(5), "the mean")
    forward, backward = closures(model, loss, tree)
    rule = across(lambda port: adamw(port, 0.1, eps=1e-8, decay=0.01), gradients="half")
    report, after, state = train_step((rows,), target, "mse", arrays_in(tree), forward, backward, rule)
    state.second.bit_length()
    report.loss_name.upper()
    policy = Precision(weights="half", gradients=np.float16, master=True, loss_scale=1024.0)
    own: Product[FlatChange, Flat] = starting(by_policy(momentum(flat(45), 0.9), policy), flat_start)
    counted: Product[Product[Done, FlatChange], Flat] = starting(
        dithered(momentum(flat(45), 0.9), "half", 1), flat_start
    )
    own.first.sum().is_integer()
    counted.second.sum()
    again: tuple[Product[FlatChange, Flat], int] = read_checkpoint("run.npz", like=(own, 3))
    again[0].second.sum()
    (momentum(flat(45), 0.9) >> unscaled(flat(45), 8.0) >> heard_as(flat(45), "half")).put.apply
    tree_of(model.parameters, after).second.sum()
    return train_step((rows,), target, "mse", after, forward, backward, rule, state).parameters


def wrong_drivers(rows: FloatArray, target: FloatArray, tree: Product[Offsets, Weights], weights: Weights) -> None:
    model, loss = linear(vectors(4), scores(5)) >> bias(scores(5)), squared(scores(5), "the mean")
    forward, backward = closures(model, loss, tree)
    rolling, head = momentum(flat(45), 0.9), linear(vectors(4), scores(5))
    rule, other = across(lambda port: momentum(port, 0.9)), across(lambda port: scheduled(port, 0.1))
    arrays = arrays_in(tree)
    step = train_step((rows,), target, "mse", arrays, forward, backward, rule)
    train_step((rows,), target, arrays, forward, backward, rule)  # type: ignore[call-arg, arg-type]  # pyright: ignore
    train_step((rows,), target, "mse", arrays, backward, forward, rule)  # type: ignore[arg-type]  # pyright: ignore
    train_step((rows,), target, "mse", arrays, forward, forward, rule)  # type: ignore[arg-type]  # pyright: ignore
    train_step((rows,), target, "mse", arrays, forward, backward, rolling)  # type: ignore[arg-type]  # pyright: ignore
    train_step((rows,), target, "mse", arrays, forward, backward, other, step.state)  # type: ignore[misc]  # pyright: ignore
    train_step((rows,), target, 1, arrays, forward, backward, rule)  # type: ignore[arg-type]  # pyright: ignore
    train_step((rows,), target, "mse", weights, forward, lambda y: y, rule)  # type: ignore[arg-type]  # pyright: ignore
    closures(model, cross_entropy(6), weights)  # type: ignore[misc]  # pyright: ignore
    closures(model, squared(vectors(5)), tree)  # type: ignore[misc]  # pyright: ignore
    closures(model, loss, weights)  # type: ignore[misc]  # pyright: ignore
    across(descent)  # type: ignore[arg-type]  # pyright: ignore
    across(rolling)  # type: ignore[arg-type]  # pyright: ignore
    by_policy(descent(flat(45)), Precision())  # type: ignore[arg-type]  # pyright: ignore
    by_policy(momentum(model.parameters, 0.9), Precision())  # type: ignore[type-var]  # pyright: ignore
    by_policy(rolling, "half")  # type: ignore[arg-type]  # pyright: ignore
    rolling >> heard_as(head.parameters, "half")  # type: ignore[arg-type]  # pyright: ignore
    heard_as(flat(45), "half") >> rolling  # type: ignore[operator]  # pyright: ignore
    dithered(rolling, "half")  # type: ignore[call-arg]  # pyright: ignore
    BackwardOutput(1.0, rows)  # type: ignore[call-arg]  # pyright: ignore
    BackwardOutput(rows, rows, arrays)  # type: ignore[arg-type]  # pyright: ignore
    InPlaceAdamW(0.1)  # type: ignore[call-arg]  # pyright: ignore
    read_checkpoint("run.npz")  # type: ignore[call-arg]  # pyright: ignore
    tree_of(model.parameters, arrays).first.first  # type: ignore[attr-defined]  # pyright: ignore


def waving(t: Any) -> tuple[Any]:
    return (smooth.sin(t),)


def right_reverses() -> PolyMap:
    x, y = variables(RATIONAL, "x y")
    f, after = polymap(x**2 + 3 * x * y), polymap(variables(RATIONAL, "t")[0] ** 2)
    laws = try_axioms(Polynomials(RATIONAL), Sample(f, f, after), printed_reverse)
    laws["RD.5 chain rule"].worst.is_integer()
    wave = SmoothMap("wave", 1, 1, waving)
    try_axioms(Smooth(seed=1), Sample(wave, wave, smooth_reverse(wave)))["RD.1 sums"].holds
    (lensed(f) >> lensed(after)).run().get
    (para_of(sided(f, 1)) >> para_of(sided(after, 0))).reparametrise
    return forward_derivative(f >> after) + reverse_derivative(polymaps.copy(RATIONAL, 1) @ after)


def wrong_reverses() -> None:
    x, y = variables(RATIONAL, "x y")
    f, wave = polymap(x + y), SmoothMap("wave", 1, 1, waving)
    own, near = Polynomials(RATIONAL), Smooth(seed=1)
    f >> x  # type: ignore[operator]  # pyright: ignore
    f >> wave  # type: ignore[operator]  # pyright: ignore
    f + 1  # type: ignore[operator]  # pyright: ignore
    x + 0.5  # type: ignore[operator]  # pyright: ignore
    polymap(f)  # type: ignore[arg-type]  # pyright: ignore
    reverse_derivative(x)  # type: ignore[arg-type]  # pyright: ignore
    reverse_derivative(wave)  # type: ignore[arg-type]  # pyright: ignore
    smooth_reverse(f)  # type: ignore[arg-type]  # pyright: ignore
    forward_derivative(f, smooth_reverse)  # type: ignore[arg-type]  # pyright: ignore
    lensed(wave)  # type: ignore[arg-type]  # pyright: ignore
    lensed(f) >> f  # type: ignore[operator]  # pyright: ignore
    sided(f)  # type: ignore[call-arg]  # pyright: ignore
    para_of(f)  # type: ignore[arg-type]  # pyright: ignore
    try_axioms(own, Sample(wave, wave, wave))  # type: ignore[misc]  # pyright: ignore
    try_axioms(near, Sample(f, f, f))  # type: ignore[misc]  # pyright: ignore
    try_axioms(own, Sample(f, f, f), smooth_reverse)  # type: ignore[arg-type]  # pyright: ignore
    try_axioms(own, Sample(f, wave, f))  # type: ignore[misc]  # pyright: ignore
    variables("x y", RATIONAL)  # type: ignore[arg-type]  # pyright: ignore


def right_circuits() -> int:
    circuit = reed_muller(2)
    learner = circuit_learner(circuit)
    row, off = inputs_of(2)[1], bits_of(0, 4)
    after = iterate(learner.step(row, bits_of(1, 1)), off, StepCount(2))
    after[0].value.bit_length()
    swept(circuit, table_of(NOT @ NOT >> OR), orders(4)[0]).cycle[0].bit_length()
    share_right(blooms(), taught(blooms(), halves(blooms())[0])).is_integer()
    return mean_samples(circuit, (0, 1, 1, 0)).numerator


def wrong_circuits() -> None:
    circuit = reed_muller(2)
    learner = circuit_learner(circuit)
    row, off = inputs_of(2)[1], bits_of(0, 4)
    circuit_learner(XOR)  # type: ignore[arg-type]  # pyright: ignore
    learner.step(row)  # type: ignore[call-arg]  # pyright: ignore
    learner.step(1, 0)  # type: ignore[arg-type]  # pyright: ignore
    learner.step(row, bits_of(1, 1))(6)  # type: ignore[arg-type]  # pyright: ignore
    iterate(learner.step(row, bits_of(1, 1)), off, 2.5)  # type: ignore[arg-type]  # pyright: ignore
    table_of(circuit)  # type: ignore[arg-type]  # pyright: ignore
    AND >> circuit  # type: ignore[operator]  # pyright: ignore
    masks_of(AND)  # type: ignore[arg-type]  # pyright: ignore
    swept(circuit, "0110")  # type: ignore[arg-type]  # pyright: ignore
    swept(circuit, (0, 1, 1, 0), 3)  # type: ignore[arg-type]  # pyright: ignore
    mean_samples(AND, (0, 0, 0, 1))  # type: ignore[arg-type]  # pyright: ignore
    drawn_samples(circuit, (0, 1, 1, 0), 17)  # type: ignore[arg-type]  # pyright: ignore
    settings_for(circuit, XOR)  # type: ignore[arg-type]  # pyright: ignore
    lookup("two")  # type: ignore[arg-type]  # pyright: ignore
    taught(blooms().bits, range(4))  # type: ignore[arg-type]  # pyright: ignore


def right_images() -> float:
    seen = images(8, 8)
    read = correlate(seen, 8, 3)
    pool = max_pool(read.target)
    row = flatten(pool.target)
    model = read >> pool >> layers.relu(pool.target) >> row >> linear(row.target, scores(10)) >> bias(scores(10))
    taught_half, held = held_out(digits(), 450)
    own = initialise(model.parameters, np.random.default_rng(1))
    own.second.second.second.shape[0].bit_length()
    tied = linear(flatten(seen).target, flatten(read.target).target).reparametrise(spread(seen, 8, 3))
    tied.parameters.points.size[0].bit_length()
    whole = digit_classifier()
    learner = supervised(whole, descent(whole.parameters), cross_entropy(10), constant_rate(0.1))
    state, surprises = followed(learner, own, taught_half, held, 1, 64, np.random.default_rng(1))
    surprises["taught"][0].is_integer()
    return share_named(whole, state, held[:10])


def wrong_images() -> None:
    seen = images(8, 8)
    read = correlate(seen, 8, 3)
    whole = digit_classifier()
    taught_half, held = held_out(digits(), 450)
    learner = supervised(whole, descent(whole.parameters), cross_entropy(10), constant_rate(0.1))
    own = initialise(whole.parameters, np.random.default_rng(1))
    head = linear(vectors(288), scores(10))
    read >> head  # type: ignore[operator]  # pyright: ignore
    flatten(vectors(64))  # type: ignore[arg-type]  # pyright: ignore
    max_pool(read)  # type: ignore[arg-type]  # pyright: ignore
    windows(8, 3)  # type: ignore[arg-type]  # pyright: ignore
    correlate(vectors(64), 8, 3)  # type: ignore[arg-type]  # pyright: ignore
    correlate(seen, 8, 3.0)  # type: ignore[arg-type]  # pyright: ignore
    read.reparametrise(spread(seen, 8, 3))  # type: ignore[arg-type]  # pyright: ignore
    held_out(digits().images, 450)  # type: ignore[arg-type]  # pyright: ignore
    held_out(digits(), 450, 18)  # type: ignore[arg-type]  # pyright: ignore
    share_named(whole, held, own)  # type: ignore[misc,arg-type]  # pyright: ignore
    share_named(whole, learnt(), held)  # type: ignore[misc]  # pyright: ignore
    followed(learner, taught_half, held, 1, 64)  # type: ignore[misc,call-arg,arg-type]  # pyright: ignore
    followed(learner, own, taught_half, held, 1, 64, 18)  # type: ignore[arg-type]  # pyright: ignore
    supervised(whole, descent(read.parameters), cross_entropy(10), constant_rate(0.1))  # type: ignore[misc]  # pyright: ignore


def right_attention() -> int:
    seen = hidden(8)
    pair_of_heads = two_heads(head(8, 4, causal(5)), head(8, 4, causal(5))) >> affine(values(8), seen)
    own = initialise(pair_of_heads.parameters, np.random.default_rng(1))
    own.first.second.shape[0].bit_length()
    own.second.first.first.first.second.shape[0].bit_length()
    layer = attention(8, 2) >> affine(seen, scores(5))
    across = cross_head(8, 6, 4, everywhere(5, 3))
    across.parameters.points.size
    cache, said = one_by_one(initialise(attention(8, 2).parameters, np.random.default_rng(1)), 8, 2).run(
        nothing_read(8, 2), []
    )
    len(said).bit_length()
    cache.first.shape[0].bit_length()
    return layer.target.points.size[0]


def wrong_attention() -> None:
    seen = hidden(8)
    one = head(8, 4, causal(5))
    layer = attention(8, 2)
    ask, offer, say = queries(4), keys(4), values(4)
    stage = compared(4)
    weights = weighed(causal(5))
    one >> one  # type: ignore[operator]  # pyright: ignore
    stage >> mixed(4)  # type: ignore[operator]  # pyright: ignore
    weights >> weights  # type: ignore[operator]  # pyright: ignore
    layer >> affine(say, seen)  # type: ignore[arg-type]  # pyright: ignore
    one >> affine(seen, seen)  # type: ignore[arg-type]  # pyright: ignore
    two_heads(one, layer)  # type: ignore[arg-type]  # pyright: ignore
    two_heads(one, cross_head(8, 8, 4, causal(5)))  # type: ignore[misc]  # pyright: ignore
    affine(ask, seen) >> affine(offer, seen)  # type: ignore[arg-type]  # pyright: ignore
    attention(8, 2, "future")  # type: ignore[arg-type]  # pyright: ignore
    attention(8, 2.0)  # type: ignore[arg-type]  # pyright: ignore
    head(8, 4, "causal")  # type: ignore[arg-type]  # pyright: ignore
    causal("five")  # type: ignore[arg-type]  # pyright: ignore
    one_by_one(layer, 8, 2)  # type: ignore[arg-type]  # pyright: ignore
    positions(8)  # type: ignore[call-arg]  # pyright: ignore
