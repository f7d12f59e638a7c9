"""Variants: innocent changes of a right answer, and of the notebook around it, made by a machine.

    rewritten(random, question) = source, extra cells, the names of the changes
    changed(random, made, extras) = bytes of a file, the names of the changes

None of them changes what an answer means, so every variant has all points.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from . import paper

NAMES = {q: q.replace("-", "_") for q in paper.CODE}
"""What each question asks for is called as the question."""


@dataclass
class Answer:
    """An answer that is being rewritten, and the cells of one's own that it needs, each above or below it."""

    question: str
    source: str
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return NAMES[self.question]

    @property
    def is_function(self) -> bool:
        return self.question in ("mean-of", "shares", "next-loss")


Rewriting = Callable[[Random, Answer], None]


def in_front(*choices: str) -> Rewriting:
    """Return a rewriting that puts one of these texts in front of an answer."""

    def rewrite(random: Random, answer: Answer) -> None:
        answer.source = f"{random.choice(choices)}\n{answer.source}"

    return rewrite


def behind(*choices: str) -> Rewriting:
    def rewrite(random: Random, answer: Answer) -> None:
        answer.source = f"{answer.source}\n{random.choice(choices)}"

    return rewrite


def in_the_function(*choices: str) -> Rewriting:
    """Return a rewriting that puts one of these texts at the beginning of each function."""

    def rewrite(random: Random, answer: Answer) -> None:
        text = random.choice(choices)
        answer.source = re.sub(r"(?m)^( *)(def .*:)$", rf"\1\2\n\1    {text}", answer.source)

    return rewrite


def unparsed(_random: Random, answer: Answer) -> None:
    """Write the code as Python itself would."""
    answer.source = ast.unparse(ast.parse(answer.source))


def indented(random: Random, answer: Answer) -> None:
    """Indent by something else than four blanks."""
    step = random.choice(["\t", "  ", " " * 8])
    answer.source = re.sub(r"(?m)^( {4})+", lambda found: step * (len(found[0]) // 4), answer.source)


def blank_lines(random: Random, answer: Answer) -> None:
    """Add blank lines, and blanks at the ends of lines."""
    lines = [line + " " * random.randrange(3) for line in answer.source.split("\n")]
    answer.source = "\n" * random.randrange(3) + "\n\n".join(lines) + "\n" * random.randrange(3)


def remarks(random: Random, answer: Answer) -> None:
    """Add a remark above every line of the first level."""
    remark = random.choice(
        ["# so", "# TODO: prüfen 🙂", "#%%", "# %matplotlib inline", "# !ls", "# ???", "# def shares(table):"]
    )
    answer.source = re.sub(r"(?m)^(?=[a-z@])", f"{remark}\n", answer.source)


def in_a_block(random: Random, answer: Answer) -> None:
    """Put the answer into a block that runs."""
    opening = random.choice(
        ["if True:", "for _ in range(2):", "with np.errstate(all='ignore'):", 'if __name__ == "__main__":']
    )
    answer.source = f"{opening}\n{textwrap.indent(answer.source, '    ')}"


def in_a_try(_random: Random, answer: Answer) -> None:
    answer.source = f"try:\n{textwrap.indent(answer.source, '    ')}\nexcept ValueError as error:\n    print(error)"


def by_a_helper(random: Random, answer: Answer) -> None:
    """Write the answer under another name, in the same cell or in one of its own, and then give it its name."""
    helper = random.choice(["helper", "my_answer", "f", "_private", "решение"])
    renamed = re.sub(rf"\b{answer.name}\b", helper, answer.source)
    value = f"{answer.name} = {helper}"
    if answer.is_function and random.random() < 0.5:
        value = f"def {answer.name}(*arguments):\n    return {helper}(*arguments)"
    where = random.choice(["same", "above", "below"] if value.startswith("def") else ["same", "above"])
    if where == "same":
        answer.source = f"{renamed}\n\n\n{value}"
    else:
        (answer.above if where == "above" else answer.below).append(renamed)
        answer.source = value


def twice(_random: Random, answer: Answer) -> None:
    """Write a first try, and the answer below it in the same cell."""
    answer.source = f"{answer.name} = None\n{answer.source}"


def renamed_parameters(random: Random, answer: Answer) -> None:
    """Give the parameters other names."""
    tree = ast.parse(answer.source)
    names = sorted({node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)})
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in names:
            node.arg = f"{node.arg}_{len(node.arg)}"
        elif isinstance(node, ast.Name) and node.id in names:
            node.id = f"{node.id}_{len(node.id)}"
    answer.source = ast.unparse(tree)


def annotated(_random: Random, answer: Answer) -> None:
    """Annotate a function with any type, unquoted."""
    if answer.is_function:
        answer.source = re.sub(r"(?m)^(def .*)\):$", r"\1) -> object:", answer.source)


def timed(random: Random, answer: Answer) -> None:
    """Time or capture the cell: the magic has to be its first line."""
    if not answer.source.startswith("from __future__"):
        answer.source = f"{random.choice(['%%time', '%%capture', '%%capture out', '%%time  '])}\n{answer.source}"


REWRITINGS: dict[str, Rewriting] = {  # in the order in which they are made: some read the answer as Python
    "parameters": renamed_parameters,
    "unparsed": unparsed,
    "annotated": annotated,
    "helper": by_a_helper,
    "noise in the function": in_the_function(
        "print('called')",
        "import warnings; warnings.warn('called')",
        "import sys; sys.stderr.write('called')",
        "'''Why.'''",
    ),
    "twice": twice,
    "try": in_a_try,
    "block": in_a_block,
    "indented": indented,
    "remarks": remarks,
    "blank lines": blank_lines,
    "warnings": in_front("import warnings\nwarnings.warn('x')", "np.log(np.array([0.0]))", "print(1 is 1)", "'\\d'"),
    "standard error": in_front("import sys\nprint('x', file=sys.stderr)", "import logging\nlogging.error('x')"),
    "imports": in_front("import math, os, random, sys", "from tinyml import *", "import numpy", "import tinyml as t"),
    "seeds": in_front("np.random.seed(1)\nimport random\nrandom.seed(1)"),
    "prints": behind("print('done')", "start", "display(start)", "help(len)", "print('x' * 100_000)"),
    "tries": behind("assert True", "x = [1, 2]\nx", "_ = 3", "for k in []: k"),
    "magics": in_front("%matplotlib inline", "!ls", "files = !ls", "np.sum?", "%pip install x", "%config X.y = 1"),
    "timed": timed,
}


def rewritten(random: Random, question: str) -> Answer:
    """Return a right answer after some of the rewritings."""
    answer = Answer(question, paper.RIGHT[question])
    answer.changes = sorted(random.sample(list(REWRITINGS), random.randint(1, 4)), key=list(REWRITINGS).index)
    for name in answer.changes:
        REWRITINGS[name](random, answer)
    return answer
