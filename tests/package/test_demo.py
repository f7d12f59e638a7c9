"""The tour: what it prints is read from the objects, and it needs numpy alone."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys

import pytest

import tinyml
from tinyml import demo
from tinyml.ch10_tape.faulty import wrong_sign
from tinyml.ch10_tape.nodes import Node
from tinyml.ch10_tape.tape import Graph
from tinyml.demo import ch04_training, ch10_tape, telling


@pytest.fixture(scope="module")
def tour() -> list[str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        demo.run_demo()
    return [line.strip() for line in printed.getvalue().splitlines()]


def test_both_type_lines_are_printed(tour: list[str]) -> None:
    assert "TrainStep : Parameters -> Parameters" in tour
    assert "Parameters x TrainingSet -> Loss" in tour


def test_the_type_lines_come_from_the_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(dataset: tinyml.TrainingSet) -> tinyml.StepCount:
        raise NotImplementedError

    monkeypatch.setattr(telling, "average_loss", other)
    monkeypatch.setattr(ch04_training, "STEP", tinyml.Identity(tinyml.Space("Vector", (4,))))
    assert telling.measurement() == "TrainingSet -> StepCount"
    assert next(ch04_training.lines()) == "Identity : Vector[4] -> Vector[4]"


@pytest.mark.parametrize(
    "line",
    [
        "average loss 1.609389, a uniform guess 1.609438",
        "entropy floor of the text 0.000000",
        "after token 1: 0.200463 0.200231 0.200000 0.199768 0.199537",
        "loss before 1.609389, after 1.549409",
        "10 steps: loss 1.303029",
        "80 steps: loss 0.009720",
        "200 steps: loss 0.002058",
        "30 steps, then 50, are 80 steps: True",
        "composed and direct prediction agree: True",
        "the start is what it was: True",
        "list(embedding) : list[TokenId[5]] -> list[Vector[4]]",
        "counts of two halves are those of the text: True",
        "logit >> sigmoid >> decide : Input[2] -> Prediction",
        "neuron_step : Neuron -> Neuron",
        "loss before 0.644397, after 0.519057",
        "slopes, local rules chained: -0.475021 -0.950042 -0.475021",
        "slopes, by p - t           : -0.475021 -0.950042 -0.475021",
        "one loss on different data, 0.3132617: slopes -0.268941 -0.537883",
        "Loss -> Gradient can be an arrow for all data: False",
        "forward: 43997/4050",
        "back   : 43997/4050",
        "gradient of the model by tape is that by hand, to 1e-15: True",
        "square : (Number, NumberChange) -> (Number, NumberChange)",
        "put of square : Number x NumberChange -> NumberChange",
        "32 sines as bare pairs: 496 forwards, at most 0 numbers held",
        "32 sines as optics: 32 forwards, at most 32 numbers held",
        "32 sines in segments of 4: 64 forwards, at most 12 numbers held",
        "the same change each time: True",
        "the way back of the tape is a put: True",
        "with parameters Offsets[5] x (Weights[4, 5] x Table[5, 4])",
        "as one vector: Flat[45], and Flat[45]",
        "its way back is the gradient of chapter 4, to 1e-15: True",
        "freezing: Unit to Weights[4, 5]",
        "a step of it is the step of chapter 4, to 1e-12: True",
        "loss after 80 steps: 0.009720",
        "what token 3 looks like, dreamt in 10 steps: P(3) = 0.883885",
        "momentum 0.5, 80 steps: loss 0.002712",
        "misprinted momentum 0.5, 80 steps: loss 0.027584",
        "states ((FlatChange[45] x Squares[45]) x Done) x Flat[45]",
        "what the model reads is what is stored: False",
        "adam, 80 steps: loss 0.000004",
        "50 steps, a note, and 30 more are 80 steps: True",
        "misprinted momentum 0.9, a valley of steepness 0.25: each step x 1.027",
        "momentum 0.5 commutes with a rotation: True",
        "adam commutes with a rotation: False",
        "adam of five is three beside two: True",
        "clipped by the norm it is: False",
        "half: 1 + 1/2048 becomes 1.0, and 65520 inf",
        "double, 1200 steps: loss 0.0002",
        "half weights, 1200 steps: loss 0.0010",
        "master copy, 1200 steps: loss 0.0002",
        "scheduled descent >> rounded to float16",
        "driven, before step 80: 0.009999; 3 arrays",
        "train_in_place, the third of three fails: 2 have moved",
        "atomically, the third of three fails: 0 have moved",
        "50 dithered steps, a checkpoint, and 30 more are 80 steps: True",
        "R[f] (x, y, w) -> (2 x w + 3 y w, 3 x w)",
        "D[f] (x, y, u, v) -> (2 x u + 3 x v + 3 y u)",
        "R of copy adds: True",
        "reverse_derivative breaks no rule",
        "printed_reverse breaks RD.5 chain rule",
        "a row of maps goes to a row of lenses: True",
        "over bits a^2 and a have the same values: True",
        "R of a^2 is 0",
        "R of a is w",
        "rules that smooth maps obey within 1e-9: 7",
        "De Morgan: True",
        "(p0, p1, p2, p3, a, b) -> (p0 + p1 a + p2 b + p3 a b)",
        "after a mistake at 01 the switches are (1, 0, 1, 0), and it says 0",
        "of 16 functions, in each of 24 orders, a polynomial learns 2",
        "xor comes round after 7 sweeps",
        "of 256 functions a table learns in one sweep 256",
        "drawn, mean samples for xor: 93 and 6",
        "mean of all sixteen: 365/4",
        "setosa or versicolor, taught on 50, right on the others: 0.98",
        "versicolor or virginica, at best: 0.96",
        "each number of the kernel is copied to 9 places",
        "sums of windows: 10 14 18 26 30 34 42 46 50",
        "a tie of four goes back to the first: 1 0 0 0",
        "a network that reads digits: 810 numbers",
        "named right, of 1347 that taught: 100.0%",
        "named right, of 450 by other hands: 93.6%",
        "scores of query 0: 0.707107 0.000000 0.707107",
        "weights of query 0: 0.500000 0.000000 0.500000",
        "weights of query 1: 0.197776 0.401112 0.401112",
        "query 1 reads 2.203336 22.033363",
        "number of keys that query 0 may read must be 1 or more; got 0",
        "a layer of two heads: 80 numbers",
        "what changes at places 0 and 1 if 2 and 3 change: 0.0",
        "a cache says the same: True",
    ],
)
def test_the_numbers_are_those_of_the_reference(tour: list[str], line: str) -> None:
    assert line in tour


def test_of_two_nodes_one_passes_both_checks_and_one_the_first_alone(tour: list[str]) -> None:
    first, second = "<jvp dx, seed> = <dx, vjp seed>", "jvp is the derivative of forward"
    honest = tour.index("square by multiply:")
    assert tour[honest + 1 : honest + 3] == [f"{first}: True", f"{second}: True"]
    assert tour[honest + 3] == "square by a multiply whose rules return zeros:"
    assert tour[honest + 4 : honest + 6] == [f"{first}: True", f"{second}: False"]


def test_forward_and_back_are_computed_and_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = ch10_tape.squared

    def graph_with(node: Node) -> Graph:
        return honest(wrong_sign(node))

    monkeypatch.setattr(ch10_tape, "squared", graph_with)
    forward, back = (line.partition(": ")[2] for line in list(ch10_tape.lines())[1:3])
    assert forward == "43997/4050" != back


def test_every_chapter_has_a_section_with_a_question_for_a_title() -> None:
    assert [section.name for section in demo.sections()] == [chapter[5:] for chapter in tinyml.CHAPTERS]
    assert all(section.title.endswith("?") for section in demo.sections())


def test_every_section_can_be_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    demo.run_demo()
    whole = capsys.readouterr().out
    for section in demo.sections():
        demo.run_demo(section.name)
    assert capsys.readouterr().out == whole


def test_a_section_that_does_not_exist_is_refused() -> None:
    with pytest.raises(tinyml.EmptyInput, match="section 'arows': there are objects, arrows, prediction"):
        demo.run_demo("arows")


def test_what_must_be_refused_and_is_not_stops_the_tour() -> None:
    with pytest.raises(AssertionError, match="TokenId was not refused"):
        telling.refusal("TokenId", lambda: tinyml.TokenId(1))


def test_the_tour_runs_as_a_program_with_numpy_alone() -> None:
    program = (
        "import runpy, sys; runpy.run_module('tinyml.demo', run_name='__main__');"
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'ipywidgets', 'anywidget', 'IPython')))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert run.stdout.startswith("1. Objects")
