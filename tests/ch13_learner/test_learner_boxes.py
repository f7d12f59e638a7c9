"""LearnerBoxes: what the page shows is what the package's own learner does, whichever boxes are in it."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import traitlets
from broken_widgets import with_one_change
from snippets import ran

from tinyml.widgets import LearnerBoxes
from tinyml.widgets.learner_boxes import (
    CAPS,
    MODELS,
    MOST_STEPS,
    NUMBER_LOSSES,
    SCORES_LOSSES,
    STAGES,
    UPDATES,
    Boxes,
    data_of,
    learner_of,
    numbers_of,
    run_of,
    start_of,
)

FOLDER = "learner_boxes"
LOSSES = {"tune": SCORES_LOSSES, "line": NUMBER_LOSSES}
KNOWN = Boxes("tune", "cross_entropy", "constant", "descent", 1.0)
LINE = Boxes("line", "half", "constant", "descent", 0.1)
EVERY = [
    (Boxes(model, loss, cap, update, rate), steps)
    for model in MODELS
    for loss, cap, update, rate, steps in product(LOSSES[model], CAPS, UPDATES, (0.05, 0.6, 2.0), (0, 1, 6, MOST_STEPS))
]


def in_javascript(boxes: Boxes, *rest: Any) -> list[Any]:
    return [boxes._asdict(), *rest]


@pytest.mark.uncounted
def test_every_wire_has_the_same_numbers(ask_javascript: Any) -> None:
    def known(number: float) -> Any:
        return pytest.approx(number, rel=1e-7, abs=1e-12) if math.isfinite(number) else None

    answers = ask_javascript(f"{FOLDER}/boxes.js", "runOf", [in_javascript(*given) for given in EVERY])
    for given, own in zip(EVERY, answers, strict=True):
        run = run_of(*given)
        assert own["complete"] == run.complete, given
        assert [own["deviation"], own["surprise"]] == [known(run.deviation), known(run.surprise)], given
        for name, numbers in run.wires.items():
            assert own["wires"][name] == [known(number) for number in numbers], (given, name)


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("model", MODELS)
def test_the_last_wire_is_the_step_of_the_learner(model: str, update: str) -> None:
    for loss, cap in product(LOSSES[model], CAPS):
        boxes = Boxes(model, loss, cap, update, 0.1)
        [(point, label), *_] = data_of(boxes)
        learner, state = learner_of(boxes), () if update == "frozen" else start_of(model)
        first = run_of(boxes, 0).wires
        assert first["next"] == numbers_of(learner.step(point, label)(state)), boxes
        assert first["loss"] == [learner.measure(point, label)(state)], boxes
        assert run_of(boxes, 1).wires["parameters"] == (first["next"] or first["parameters"]), boxes


def test_cross_entropy_with_a_constant_rate_is_the_step_of_chapter_4() -> None:
    for update, rate, steps in product(("descent", "scaled"), (0.01, 0.5, 1.0, 2.0), (0, 1, 10, 80, MOST_STEPS)):
        own = LearnerBoxes(update=update, learning_rate=rate, step_count=steps)
        assert own.shown()["deviation"] <= 1e-12, own
    for other in ({"update": "frozen"}, {"cap": "flipped"}, {"cap": "proportional"}, {"scores_loss": "dot"}):
        assert LearnerBoxes(**other).shown()["deviation"] > 0.1, other


def test_what_there_was_to_find() -> None:
    def line(**given: Any) -> list[float]:
        own = LearnerBoxes(model="line", learning_rate=0.1, step_count=20, **given).shown()
        return [own["w"], own["b"]]

    good, bad = [2.724226, -0.534187], [-35.777908, -13.965313]
    assert LearnerBoxes().shown()["loss"] == pytest.approx(0.009720, abs=5e-7)
    assert line() == line(cap="flipped", number_loss="swapped") == pytest.approx(good, abs=5e-7)
    assert line(cap="flipped") == line(number_loss="swapped") == pytest.approx(bad, abs=5e-7)
    assert line(update="frozen") == [0, 0]
    assert LearnerBoxes(model="line", number_loss="whole", learning_rate=0.05, step_count=20).shown()["w"] == line()[0]
    assert LearnerBoxes(cap="proportional").shown()["change"] == -LearnerBoxes(cap="proportional").shown()["loss"]
    down, up = (LearnerBoxes(scores_loss="dot", cap=cap).shown()["loss"] for cap in ("constant", "flipped"))
    assert down < -1e6 < 1e6 < up


def test_a_run_ends_before_the_step_that_is_refused() -> None:
    boxes = Boxes("line", "whole", "proportional", "descent", 0.1)
    run = run_of(boxes, 20)
    assert run.complete == 6
    assert all(map(math.isfinite, run.wires["parameters"]))
    assert not all(map(math.isfinite, run.wires["next"]))
    assert run_of(boxes, 6) == run


@pytest.mark.parametrize(
    ("boxes", "steps"),
    [
        (KNOWN, 80),
        (KNOWN._replace(update="scaled", rate=0.5), 0),
        (KNOWN._replace(cap="flipped"), 7),
        (KNOWN._replace(cap="proportional", update="frozen"), 3),
        (KNOWN._replace(loss="dot", cap="flipped", rate=0.1), 10),
        (KNOWN._replace(loss="dot", update="scaled", rate=0.1), 10),
        (LINE, 20),
        (LINE, 0),
        (LINE._replace(loss="swapped", cap="flipped"), 7),
        (LINE._replace(loss="whole", cap="proportional"), 20),
        (LINE._replace(update="scaled", cap="flipped"), 20),
        (LINE._replace(update="frozen"), 2),
    ],
)
def test_the_copied_code_prints_what_is_shown(boxes: Boxes, steps: int, ask_javascript: Any) -> None:
    [code] = ask_javascript(f"{FOLDER}/telling.js", "boxesCode", [in_javascript(boxes, steps)])
    [words] = ask_javascript(f"{FOLDER}/telling.js", "boxesWords", [in_javascript(boxes, steps, STAGES)])
    [run] = ran([code])
    own = run_of(boxes, steps)
    rest = [f"{number:.6g}" for number in reversed(own.wires["parameters"])] if boxes.model == "line" else []
    assert run.stderr == ""
    loss = own.wires["loss"][0]
    assert run.stdout.splitlines() == [f"{loss:.6g}", *rest][0 if math.isfinite(loss) else 1 :]
    assert all(line in words for line in run.stdout.splitlines())


def test_the_table_is_the_first_row_of_scores_or_the_four_points() -> None:
    [table] = LearnerBoxes().numbers().values()
    score, share, change = table.tolist()
    assert score == LearnerBoxes().run().wires["prediction"][:5]
    assert share[2] == pytest.approx(0.9954965, abs=2e-7)
    assert sum(share) == pytest.approx(1)
    assert change[2] == pytest.approx((1 - share[2]) / 7)
    [made] = LearnerBoxes(model="line", learning_rate=0.1, step_count=1).numbers().values()
    assert made.tolist() == [[-4, -1, 2, 5], [-0.8, -0.4, 0, 0.4]]


def test_the_picture_without_javascript_says_where_the_learner_is() -> None:
    opened = LearnerBoxes()
    near = "After 80 steps the loss is 0.00971994, and the composite is at most 1e-12 away from chapter 4's step."
    assert opened.caption == near
    line = LearnerBoxes(model="line", learning_rate=0.1, step_count=1)
    assert line.caption == "After 1 step the loss is 0.18; w = 0.4 and b = -0.4."
    assert opened.fallback_svg().count("<rect") == line.fallback_svg().count("<rect") == 5


@pytest.mark.parametrize(
    ("setting", "value"),
    [("model", "oracle"), ("scores_loss", "half"), ("number_loss", "dot"), ("learning_rate", 2.5), ("stage", 8)],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        LearnerBoxes(**{setting: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("side: [change, x * change]", "side: [change, w * change]"),
        ("return { toLabel: back, back: toLabel };", "return { toLabel, back };"),
        ("proportional: (rate, loss) => -rate * loss", "proportional: (rate) => -rate"),
        ("flipped: (rate) => rate", "flipped: (rate) => -rate"),
        ('boxes.update === "scaled" ? boxes.rate : 1', 'boxes.update === "scaled" ? boxes.rate ** 2 : 1'),
        ("(change / targets.length)", "change"),
        ('if (boxes.update !== "frozen") parameters', "parameters"),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/boxes.js", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "learner_boxes.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[LearnerBoxes().certificate, own]])
    assert not found["agrees"]
