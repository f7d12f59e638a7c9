"""Programs: the text of a cell for the type checker, and what a check asks of it beside its types.

    program_of(cells, "ends")   the program of the cell that begins with %%typecheck and this name

mypy says what is wrong with a program, and not that it is about what the task gave; a check reads that in its text.
Laws (tests/check/test_reading.py): whatever the cells hold, nothing is raised; an empty program passes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from tinyml.check.outcomes import NotPassed
from tinyml.check.reading import bound, cell_magic, loaded, names_bound_at, tree_of


def program_of(cells: Iterable[object], name: str) -> Program:
    """Return the program of the last cell that begins with `%%typecheck` and this name."""
    found = Program(name, ast.Module([], []))
    for statement in (statement for cell in cells for statement in tree_of(cell).body):
        magic, *given = cell_magic(statement)
        if magic == "typecheck" and len(given) == 2 and str(given[0]).strip() == name:
            found = Program(name, tree_of(f"\n{given[1]}"))  # below the line of the magic
    return found


@final
@dataclass(frozen=True)
class Program:
    """A program for the type checker, and what a check asks of its text; an empty one passes."""

    name: str
    tree: ast.Module

    def takes_from_tinyml(self, *names: str) -> None:
        """Check that these names are given to nothing but what tinyml has under them."""
        ours = {
            id(alias)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("tinyml.")
            for alias in node.names
            if alias.asname in (None, alias.name)
        }
        for node in ast.walk(self.tree):
            for name in names_bound_at(node):
                if name in names and id(node) not in ours:
                    raise NotPassed(
                        f"`%%typecheck {self.name}` gives the name {name} to something that isn't tinyml's."
                    )

    def defines_once(self, *names: str) -> None:
        """Check that none of these names is given to a second thing."""
        given = [name for node in ast.walk(self.tree) for name in names_bound_at(node)]
        for name in names:
            if given.count(name) > 1:
                raise NotPassed(f"`%%typecheck {self.name}` gives the name {name} to two things.")

    def joins(self, *names: str, lines: Iterable[int]) -> None:
        """Check that what is joined with >> on these lines has these names."""
        wanted = frozenset(lines)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.BinOp) and node.lineno in wanted and not loaded(node) <= {*names}:
                raise NotPassed(f"`{ast.unparse(node)}` should join nothing but {', '.join(names)}.")

    def keeps(self, *statements: str) -> None:
        """Check that these statements are where they were given out, outside every function, and in this order."""
        left = [ast.unparse(statement) for statement in self.tree.body]
        for statement in statements if left else ():
            if (wanted := ast.unparse(ast.parse(statement))) not in left:
                raise NotPassed(f"`%%typecheck {self.name}` has lost a line that was given:", wanted.splitlines()[0])
            left = left[left.index(wanted) + 1 :]

    def returns_what_it_was_given(self, function: str) -> None:
        """Check that what a function returns is made from all its parameters."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef) and node.name == function]
        if found and not any(parameters(node) <= returned(node) for node in found):
            raise NotPassed(f"What {function} returns should be made from all that it is given.")


def parameters(function: ast.FunctionDef) -> set[str]:
    return {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}


STEPS = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.Expr),
    *(ast.If, ast.While, ast.For, ast.Match, ast.comprehension, ast.withitem),
)
"""Where names come together: in an assignment, in a call for its effect, in a loop and under a condition."""


def returned(function: ast.FunctionDef) -> set[str]:
    """Return the parameters and variables of a function that lead to what it returns, step by step."""
    own = bound(function)
    results = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
    steps = [(loaded(node) | bound(node)) & own for node in ast.walk(function) if isinstance(node, STEPS)]
    found = set[str]().union(*map(loaded, results)) & own
    while more := set[str]().union(*(step for step in steps if step & found)) - found:
        found |= more
    return found
