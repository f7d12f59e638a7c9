"""DigitPad: the page sees and says of every picture what the package does, and its pen counts dots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import record_digit_pad
import traitlets
from broken_widgets import with_one_change
from small_lenses import pair
from snippets import ran

from tinyml import correlate, digit_classifier, digits, flattened, held_out, images, learnt
from tinyml.widgets import DigitPad
from tinyml.widgets.digit_pad import (
    FULL,
    HEART,
    KERNELS,
    LETTERS,
    answers_of,
    checked,
    image_of,
    ink_numbers,
    ink_text,
    kernel_of,
    largest_places,
    network,
    percent,
    samples,
    scores_of,
    shares_of,
)

FOLDER = "digit_pad"
CLASSIFIER: Any = digit_classifier()
MODEL: Any = CLASSIFIER.reparametrise(flattened(CLASSIFIER.parameters))
HELD = held_out(digits(), 450)[1]
DRAWN = np.random.default_rng(18).integers(0, 17, (100, 64))
"""Pictures of nothing."""
STROKES: list[list[tuple[float, float]]] = [
    [(3.5, 3.5)],
    [(1.5, 0.8), (6.2, 0.8), (3.4, 7.4)],
    [(7.9, -2.0), (7.9, 9.0)],
    [(-3.0, 4.1), (12.0, 4.1)],
    [(2.13, 1.07), (2.13, 1.07), (5.71, 6.66), (1.2, 6.5)],
]


def pictures() -> list[list[int]]:
    """Return the ink of many pictures: those that are checked, all that are held out, and such as no hand draws."""
    held = np.rint(16 * HELD.images.reshape(-1, 64)).astype(int)
    told = [[int(own) for own in ink_numbers(ink).ravel()] for ink in checked().values()]
    return [*told, *held.tolist(), *DRAWN.tolist()]


def letters(ink: list[int]) -> str:
    return "".join(LETTERS[own] for own in ink)


def moved_right(ink: str) -> str:
    return "".join(f"0{ink[row : row + 7]}" for row in range(0, 64, 8))


def test_the_page_has_what_was_learnt_and_the_samples() -> None:
    """`python tests/support/record_digit_pad.py` writes them."""
    assert record_digit_pad.WRITTEN.read_text(encoding="utf-8") == record_digit_pad.module()


def test_the_page_sees_and_says_what_the_classifier_does(ask_javascript: Any) -> None:
    every = pictures()
    expected: Any = MODEL.get(pair(learnt(), np.reshape(every, (-1, 8, 8, 1)) / 16))
    found = ask_javascript(f"{FOLDER}/classifying.js", "seenIn", [[ink] for ink in every])
    np.testing.assert_allclose([own["scores"] for own in found], expected, rtol=1e-12, atol=1e-12)
    for ink, own in zip(every, found, strict=True):
        assert np.array_equal(np.reshape(own["answers"], (8, 6, 6)) / 16000, answers_of(letters(ink)))
        np.testing.assert_allclose(own["shares"], shares_of(letters(ink)), rtol=1e-11, atol=1e-15)


def test_what_is_shown_is_what_the_classifier_says() -> None:
    for name, ink in checked().items():
        scores: Any = MODEL.get(pair(learnt(), image_of(ink)))
        np.testing.assert_allclose(DigitPad().certificate[f"scores of {name}"], scores, rtol=1e-12)
        np.testing.assert_allclose(scores_of(ink), scores, rtol=1e-12)
        shares = np.exp(scores) / np.exp(scores).sum()
        np.testing.assert_allclose(DigitPad(ink=ink).numbers()["Probabilities"], shares, rtol=1e-10)
        shown = DigitPad(ink=ink).shown()
        assert shown == {"says": scores.argmax(), "probability": pytest.approx(100 * shares.max(), rel=1e-12)}


def test_answers_in_whole_numbers_are_those_of_the_layer() -> None:
    layer: Any = correlate(images(8, 8), KERNELS, 3)
    for ink in checked().values():
        answers = layer.get(pair(network().second.second, image_of(ink)))
        np.testing.assert_allclose(answers_of(ink), np.moveaxis(answers, -1, 0), rtol=0, atol=1e-13)
    for kernel in range(KERNELS):
        offset, weights = kernel_of(kernel)
        patch = ink_numbers(samples()[4])[3:6, 2:5, 0] / 16
        assert answers_of(samples()[4])[kernel][3, 2] == pytest.approx(offset + (weights * patch).sum(), abs=1e-13)
        numbers = DigitPad(ink=HEART, kernel=kernel).numbers()
        assert np.array_equal(numbers["Kernel"], weights)
        assert np.array_equal(numbers["Answer"], answers_of(HEART)[kernel])


def test_the_largest_places_are_those_that_go_on() -> None:
    for ink in map(letters, pictures()[:60]):
        for answer in answers_of(ink):
            squares = answer.reshape(3, 2, 3, 2).swapaxes(1, 2).reshape(9, 4)
            assert np.array_equal(answer.ravel()[largest_places(answer)], squares.max(axis=1))
    assert largest_places(np.zeros((6, 6))) == [0, 2, 4, 12, 14, 16, 24, 26, 28]


def test_the_samples_are_held_out_digits_of_each_kind() -> None:
    assert len(samples()) == 10
    held = [ink_text(image) for image in HELD.images]
    assert [int(HELD.labels[held.index(ink)]) for ink in samples()] == list(range(10))
    assert {ink_text(image_of(ink)) for ink in samples()} == set(samples())
    assert [int(shares_of(ink).argmax()) for ink in samples()] == [0, 9, 2, 3, 4, 5, 6, 7, 8, 5]


def test_the_pen_counts_the_dots_that_it_touches(ask_javascript: Any) -> None:
    centres = (np.arange(32) + 0.5) / 4
    for points in STROKES:
        dots, expected = [0] * 1024, np.zeros((32, 32), dtype=bool)
        for start, end in zip([points[0], *points], points, strict=False):
            [dots] = ask_javascript(f"{FOLDER}/pen.js", "touched", [[dots, start, end]])
            for along in np.linspace(0, 1, 2001):
                x, y = np.array(start) + along * (np.array(end) - start)
                expected |= np.hypot(centres[None, :] - x, centres[:, None] - y) <= 0.7
        assert np.array_equal(np.reshape(dots, (32, 32)), expected), points
        counts = expected.reshape(8, 4, 8, 4).sum(axis=(1, 3)).ravel()
        ink = DRAWN[0]
        calls = [[ink.tolist(), dots, erasing] for erasing in (False, True)]
        laid, taken = ask_javascript(f"{FOLDER}/pen.js", "drawnOn", calls)
        assert laid == np.minimum(16, ink + counts).tolist()
        assert taken == np.maximum(0, ink - counts).tolist()


def test_pictures_move_and_keys_ink(ask_javascript: Any) -> None:
    ink = DRAWN[1].reshape(8, 8)
    ways = {(-1, 0): np.s_[1:, :], (1, 0): np.s_[:-1, :], (0, -1): np.s_[:, 1:], (0, 1): np.s_[:, :-1]}
    calls = [[ink.ravel().tolist(), *way] for way in ways]
    for (way, kept), own in zip(ways.items(), ask_javascript(f"{FOLDER}/pen.js", "moved", calls), strict=True):
        room = [(max(0, own), max(0, -own)) for own in way]
        assert np.array_equal(np.reshape(own, (8, 8)), np.pad(ink[kept], room))
    space = {"key": " ", "shift": False, "erasing": False}
    pressed = ask_javascript(f"{FOLDER}/pen.js", "afterKey", [[[own] * 64, 20, space] for own in range(17)])
    assert [own["ink"][20] for own in pressed] == [8] * 8 + [16] * 8 + [0]
    assert all(own["at"] == 20 and own["ink"][:20] == [place] * 20 for place, own in enumerate(pressed))


def test_the_copied_code_prints_what_is_shown(ask_javascript: Any) -> None:
    given = list(checked().values())
    inks = [[int(own) for own in ink_numbers(ink).ravel()] for ink in given]
    seen = ask_javascript(f"{FOLDER}/classifying.js", "seenIn", [[ink] for ink in inks])
    told = ask_javascript(f"{FOLDER}/telling.js", "padWords", [[own, 2] for own in seen])
    codes = ask_javascript(f"{FOLDER}/telling.js", "padCode", [[ink] for ink in inks])
    for ink, words, run in zip(given, told, ran(codes), strict=True):
        shares = shares_of(ink)
        assert run.stderr == ""
        first, *lines = run.stdout.splitlines()
        assert first == f"It says {shares.argmax()}"
        assert words.startswith(f"{first}, with ")
        assert [line.split()[0] for line in lines] == [str(digit) for digit in range(10)]
        np.testing.assert_allclose([float(line.split()[1]) for line in lines], shares, rtol=1e-5)


def test_what_there_was_to_find() -> None:
    four, one, heart = samples()[4], samples()[1], HEART
    assert DigitPad().ink == four
    assert DigitPad().shown() == {"says": 4, "probability": pytest.approx(98.65, abs=0.01)}
    assert four[7::8] == "00000000"
    assert DigitPad(ink=moved_right(four)).shown() == {"says": 8, "probability": pytest.approx(99.06, abs=0.01)}
    assert DigitPad(ink=one).shown() == {"says": 9, "probability": pytest.approx(99.69, abs=0.01)}
    assert DigitPad(ink=heart).shown() == {"says": 4, "probability": pytest.approx(99.99999, abs=0.00001)}
    assert DigitPad(ink="0" * 64).shown() == {"says": 1, "probability": pytest.approx(76.2, abs=0.05)}


def test_the_picture_and_the_caption_say_what_it_is() -> None:
    assert DigitPad().caption == (
        "A 4, with ink in 31 of 64 cells, as the network reads it: 4, with 98.7 %; 6, with 0.7 %; 1, with 0.6 %. "
        "The largest answer of kernel 2 is 4.11."
    )
    assert DigitPad(ink=HEART, kernel=0).caption.startswith(
        "A picture, with ink in 32 of 64 cells, as the network reads it: 4, with > 99.9 %; 9, with < 0.1 %; 8, with "
    )
    picture = DigitPad(ink=HEART).fallback_svg()
    assert "Drawn: a picture" in picture
    assert ">&gt; 99.9 %<" in picture
    assert picture.count("h30v30") == 32
    levels = np.rint(16 * np.clip(answers_of(HEART) / FULL, 0, 1))
    assert picture.count("h11v11") == (levels > 0).sum() < 8 * 36
    assert all(f'fill-opacity="{own / 16:g}"' in picture for own in np.unique(levels) if own)
    assert 'd="M50 72h30v30h-30zM80 72h30' in picture, "the second row begins with an empty cell"
    assert [percent(own) for own in (0.0, 0.0005, 0.9994, 0.9995)] == ["< 0.1 %", "0.1 %", "99.9 %", "> 99.9 %"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ink", ""),
        ("ink", "0" * 63),
        ("ink", "0" * 65),
        ("ink", "h" + "0" * 63),
        ("ink", "G" + "0" * 63),
        ("ink", "٣" + "0" * 63),
        ("ink", "0" * 63 + " "),
        ("ink", 5),
        ("kernel", -1),
        ("kernel", KERNELS),
        ("kernel", True),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        DigitPad(**{setting: value})


def test_a_text_that_is_refused_says_what_is_wrong_with_it() -> None:
    with pytest.raises(traitlets.TraitError, match=r"^ink needs 64 letters, one for each cell; got 3$"):
        DigitPad(ink="123")
    with pytest.raises(traitlets.TraitError, match=r"^ink has letters from 0 to 9 and from a to g; got 'h'$"):
        DigitPad(ink="h" * 64)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("classifying.js", "SIDE * Math.floor(k / 3) + (k % 3)", "SIDE * (k % 3) + Math.floor(k / 3)"),
        ("classifying.js", "INK * offset);", "offset);"),
        ("classifying.js", "Math.max(0, answer[place])", "answer[place]"),
        ("classifying.js", "goesOn[k % KERNELS][Math.floor(k / KERNELS)]", "goesOn[Math.floor(k / 9)][k % 9]"),
        ("classifying.js", "answer[place] > answer[best]", "answer[place] < answer[best]"),
        ("classifying.js", "UNIT * offset)", "offset)"),
        ("classifying.js", "Math.exp(own - largest)", "Math.exp((own - largest) / 2)"),
        ("classifying.js", "LEAST + LETTERS.length * above", "LEAST + 1 + LETTERS.length * above"),
        ("learnt.js", "\ndHhp", "\nhpdH"),
        ("digit_pad.js", "const START = 4;", "const START = 5;"),
    ],
)
def test_one_changed_rule_is_seen(module: str, old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/{module}", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "digit_pad.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[DigitPad().certificate, own]])
    assert not found["agrees"]
    assert "Python says" in found["words"]
