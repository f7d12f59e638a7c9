"""Diagrams say what the arrows say, fit what they hold, and refuse what does not meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from xml.etree import ElementTree

import pytest
from small_arrows import double, increment

from tinyml import (
    RATIONAL,
    SUM,
    AverageLoss,
    CompositionError,
    Context,
    CrossEntropy,
    DatasetWindowing,
    DirectPredict,
    Embedding,
    EmptyInput,
    Graph,
    Identity,
    LearningRate,
    LinearToLogits,
    ModelDimension,
    OutOfRange,
    Parameters,
    ShapeMismatch,
    Softmax,
    Space,
    StepCount,
    TokenId,
    TokenSequence,
    TrainStep,
    VocabSize,
    predictor,
)
from tinyml.ch10_tape.nodes import add, multiply, scale
from tinyml.draw import brackets, graph, pipeline, seams, square, tape
from tinyml.draw.drawing import Drawing
from tinyml.draw.svg import wrapped

PARAMETERS = Parameters.init(VocabSize(5), ModelDimension(4))
DATASET = DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))
STEP = TrainStep(DATASET, LearningRate(1.0))
SAME = Identity[list[int]](Space("list"))
SVG = "{http://www.w3.org/2000/svg}"


def whole(n: int) -> str:
    return f"the number {n}"


TRAINING = graph(
    {"p": "Parameters", "d": "TrainingSet", "g": "Gradient", "l": "Loss", "q": "Parameters"},
    [(("p", "d"), "l", "average_loss"), (("p", "d"), "g", "gradient"), (("p", "g"), "q", "descend")],
    "One training step",
)
CROSSED = graph(
    {"p": "Parameters", "d": "TrainingSet", "g": "Gradient", "l": "Loss"},
    [(("p", "d"), "l", "average_loss"), (("p", "d"), "g", "gradient")],
    "Two ways out",
    crossed=("l", "g"),
)
DRAWINGS = [
    pipeline(predictor(PARAMETERS)),
    pipeline((predictor(PARAMETERS) @ Identity(Space("TokenId"))) >> CrossEntropy()),
    pipeline(STEP ** StepCount(80) >> AverageLoss(DATASET)),
    pipeline(STEP @ STEP),
    square(STEP ** StepCount(3), STEP ** StepCount(5), STEP ** StepCount(5), STEP ** StepCount(3), [PARAMETERS]),
    TRAINING,
    square(double, increment, increment, double, [3, 4], corners=whole),
    square(double >> double >> double, increment, increment, double >> increment >> double, [3], corners=whole),
    CROSSED,
    square(SAME, SAME, SAME, SAME, [list(range(10, 30))], corners=str),
    seams([[4], [1, 2, 3, 4, 1, 2], [3]]),
    brackets(SUM, (((1, 2), 30), (4, (500, 6))), "value\n{}".format),
]


def labels(drawing: Drawing) -> list[str]:
    """The texts of a drawing in the order in which they stand, top to bottom within each group."""
    return [node.text or "" for node in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


def test_a_pipeline_shows_every_part_and_every_space() -> None:
    drawn = pipeline(predictor(PARAMETERS))
    assert drawn.description == (
        "From TokenId[5] by embedding to Vector[4] by linear_to_logits to Logits[5] by softmax to Distribution[5]."
    )
    shown = labels(drawn)
    assert sorted(shown) == sorted(
        ["TokenId[5]", "embedding", "Vector[4]", "linear_to_logits", "Logits[5]", "softmax", "Distribution[5]"]
    )


def test_a_repetition_says_how_often() -> None:
    shown = labels(pipeline(STEP ** StepCount(80) >> AverageLoss(DATASET)))
    assert "80 times" in shown
    assert shown.count("Parameters") == 2


def test_a_product_has_a_wire_for_each_factor() -> None:
    shown = labels(pipeline((predictor(PARAMETERS) @ Identity(Space("TokenId"))) >> CrossEntropy()))
    assert shown.count("TokenId") == 2
    assert shown.count("Distribution[5]") == 1


def test_the_square_of_a_prediction_carries_its_check() -> None:
    ways = Embedding(PARAMETERS) >> LinearToLogits(PARAMETERS), Softmax(VocabSize(5))
    drawn = square(
        *ways, Identity(Space("TokenId", (5,))), DirectPredict(PARAMETERS), map(TokenId, range(5)), tolerance=1e-15
    )
    assert labels(drawn)[:4] == ["TokenId[5]", "Logits[5]", "TokenId[5]", "Distribution[5]"]
    assert re.search(r"holds \(5 cases, largest deviation", drawn.note)
    assert drawn.note.replace(">", "&gt;") in drawn._repr_html_()


def test_a_square_that_does_not_commute_says_so() -> None:
    other = TrainStep(DATASET, LearningRate(0.5))
    assert "fails" in square(STEP, STEP, other, other, [PARAMETERS]).note


def test_the_corners_of_a_square_carry_the_first_value_around() -> None:
    drawn = square(double, double, increment, increment, [3, 0], corners=str)
    assert labels(drawn)[:8] == ["int", "int", "int", "int", "3", "6", "4", "12 ≠ 5"]
    assert drawn.description.endswith(" The corners carry 3; by double 6; by increment 4; and at the end 12 ≠ 5.")
    agreeing = square(double, increment, double, increment, [3], corners=str)
    assert labels(agreeing)[4:8] == ["3", "6", "6", "7"]
    assert "and at the end 7." in agreeing.description
    root = ElementTree.fromstring(drawn.svg)
    assert root.attrib["aria-label"].endswith("and at the end 12 ≠ 5.")


def test_a_long_text_in_a_corner_has_several_lines() -> None:
    drawn = square(SAME, SAME, SAME, SAME, [list(range(10, 30))], corners=str)
    lines = wrapped(str(list(range(10, 30))))
    assert labels(drawn)[4:-4] == 4 * lines
    assert max(map(len, lines)) <= 16 < len(lines) * 4


def test_a_square_without_corners_carries_nothing_and_corners_need_a_value() -> None:
    plain = square(double, double, increment, increment, [3])
    assert "3" not in labels(plain)
    assert "corners" not in plain.description
    with pytest.raises(EmptyInput, match="corners of a square: the first of its values goes around"):
        square(double, double, increment, increment, corners=str)


def test_a_square_needs_arrows_that_meet() -> None:
    softmax, embedding = Softmax(VocabSize(5)), Embedding(PARAMETERS)
    with pytest.raises(CompositionError, match="cannot compose"):
        square(embedding, softmax, embedding, softmax)
    with pytest.raises(ShapeMismatch, match="its two ways must have the same ends"):
        square(STEP, STEP, STEP, AverageLoss(DATASET))


def test_the_training_step_leads_from_parameters_to_parameters_and_never_from_loss() -> None:
    assert labels(TRAINING).count("Parameters") == 2
    assert "descend: Parameters x Gradient -> Parameters." in TRAINING.description
    assert not re.search(r": [^.]*Loss[^.]*->", TRAINING.description)


def test_a_graph_refuses_nothing_unknown_keys_and_circles() -> None:
    with pytest.raises(EmptyInput, match="at least one object"):
        graph({}, [])
    with pytest.raises(OutOfRange, match="node 'b'"):
        graph({"a": "A"}, [("a", "b", "f")])
    with pytest.raises(OutOfRange, match="leads back"):
        graph({"a": "A", "b": "B"}, [("a", "b", "f"), ("b", "a", "g")])


def test_an_arrow_that_is_crossed_out_lies_between_its_objects() -> None:
    assert CROSSED.description.endswith(" Crossed out: an arrow from Loss to Gradient.")
    dashed, cross = (own for own in ElementTree.fromstring(CROSSED.svg) if own.tag == f"{SVG}g")
    x1, y1, x2, y2 = map(float, re.findall(r"[\d.]+", dashed[0].attrib["d"]))
    words = {(own.text or ""): own.attrib for own in ElementTree.fromstring(CROSSED.svg).iter(f"{SVG}text")}
    loss, change = (float(words[name]["x"]) for name in ("Loss", "Gradient"))
    assert loss + 2 * 7.9 < x1 < x2 < change - 4 * 7.9
    assert y1 == y2 == float(words["Loss"]["y"]) - 4.5
    for stroke in cross:
        left, top, right, bottom = map(float, re.findall(r"[\d.]+", stroke.attrib["d"]))
        assert (left + right) / 2 == pytest.approx((x1 + x2) / 2, abs=0.1)
        assert (top + bottom) / 2 == pytest.approx(y1, abs=0.1)


def test_an_arrow_that_is_crossed_out_needs_its_objects_side_by_side() -> None:
    with pytest.raises(ShapeMismatch, match="an arrow to be crossed out: expected an object beside A, got B"):
        graph({"a": "A", "b": "B"}, [("a", "b", "f")], crossed=("a", "b"))
    with pytest.raises(OutOfRange, match="node 'c'"):
        graph({"a": "A"}, [], crossed=("a", "c"))


def places(node: ElementTree.Element, left: float = 0.0, top: float = 0.0) -> Iterator[tuple[float, float, float]]:
    """Yield (left edge, right edge, baseline) of every text, from the width of a letter."""
    reach = {"start": (0.0, 1.0), "middle": (0.5, 0.5), "end": (1.0, 0.0)}
    for child in node:
        if child.tag == f"{SVG}g":
            dx, dy = map(float, re.findall(r"[-\d.]+", child.attrib.get("transform", "0 0")))
            yield from places(child, left + dx, top + dy)
        elif child.tag == f"{SVG}text":
            x, y = left + float(child.attrib["x"]), top + float(child.attrib["y"])
            before, after = (share * 7.9 * len(child.text or "") for share in reach[child.attrib["text-anchor"]])
            yield x - before, x + after, y


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.title[:20])
def test_every_label_lies_within_its_picture_and_on_no_other(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    x0, y0, width, height = map(float, root.attrib["viewBox"].split())
    found = list(places(root))
    assert len(found) == len(labels(drawing))
    for left, right, y in found:
        assert x0 <= left + 1
        assert right <= x0 + width + 1
        assert y0 + 9 <= y <= y0 + height
    for one, other in combinations(found, 2):
        assert abs(one[2] - other[2]) >= 12 or one[1] <= other[0] or other[1] <= one[0]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.title[:20])
def test_a_drawing_speaks_and_has_no_colour_of_its_own(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == f"{drawing.title}. {drawing.description}"
    assert [node.tag for node in list(root)[:2]] == [f"{SVG}title", f"{SVG}desc"]
    paints = {node.attrib[key] for node in root.iter() for key in ("fill", "stroke") if key in node.attrib}
    assert paints <= {"none", "currentColor"}


def test_a_graph_of_nodes_shows_its_wires_with_their_values() -> None:
    fan_out = Graph(("x", "table")).then("s", multiply, "x", "x").then("y", add, "s", "x")
    plain = tape(fan_out)
    assert set(re.findall(r"<text[^>]*>([^<]*)</text>", plain.svg)) == {"x", "table", "s", "y", "multiply", "add"}
    values = fan_out.eval(Context.of(RATIONAL, Fraction(1, 2), [[1, 2]]))
    drawing = tape(fan_out, values)
    labels = re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)
    assert {"x = 1/2", "table (1, 2)", "s = 1/4", "y = 3/4"} <= set(labels)
    assert drawing.title == "Graph x, table; s = multiply(x, x); y = add(s, x)"
    assert "add: s = 1/4 x x = 1/2 -&gt; y = 3/4." in drawing.svg
    with pytest.raises(ShapeMismatch, match="drawing of a graph: expected 4 values, got 1"):
        tape(fan_out, Context.of(RATIONAL, 1))


def test_a_box_that_reads_one_wire_twice_shows_two_wires() -> None:
    once = tape(Graph(("x",)).then("y", scale(2), "x"))
    twice = tape(Graph(("x",)).then("y", multiply, "x", "x"))
    curves = [set(re.findall(r'd="(M[^"]*C[^"]*)"', drawing.svg)) for drawing in (once, twice)]
    assert [len(own) for own in curves] == [2, 3]  # into the box, and out of it
