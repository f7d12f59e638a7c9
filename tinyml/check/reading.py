"""Reading: what the cells of a notebook say, for a check that asks for a way and not for a value alone.

    uses(cells, "scores")       the names of tinyml that `scores` uses, also by way of what else the notebook defines

The cells are those that ran, in their order and without magics, as IPython keeps them in `In`; they are read and not
run.  A cell that cannot be read, or is not there, says nothing, and a check objects to nothing but what is written.
Laws (tests/check/test_reading.py): whatever the cells hold, nothing is raised; what a name uses does not depend on
how the notebook is cut into cells, nor on what stood under this name before.
"""

from __future__ import annotations

import ast
import itertools
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import tinyml

CELLS = "In"
"""The name under which a notebook keeps the cells that ran."""
RUN_BY_MAGIC = ("time", "capture", "prun")
EVERYTHING = "*"
"""The name that an import of everything leaves behind."""
SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
"""Parts of a program that keep their variables to themselves."""


def tree_of(text: object) -> ast.Module:
    """Return the program of a cell; an empty one where it cannot be read."""
    try:
        with warnings.catch_warnings(action="ignore"):
            program = ast.parse(text if type(text) is str else "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
    magic, *given = cell_magic(program.body[0]) if len(program.body) == 1 else [""]
    return tree_of(given[-1]) if magic in RUN_BY_MAGIC else program


def cell_magic(statement: ast.stmt) -> list[Any]:
    """Return the name of a magic that takes a whole cell, its line and the cell; an empty name where there is none."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "run_cell_magic":
        return [part.value for part in call.args if isinstance(part, ast.Constant)] or [""]
    return [""]


def uses(cells: Iterable[object], name: str) -> frozenset[str]:
    """Return the names of tinyml that are used where the notebook last gave this name to something, and from there on.

    >>> sorted(uses(["from tinyml import softmax as shares", "def top(x): return max(shares(x))"], "top"))
    ['softmax']
    """
    defined = definitions(cells)
    taken = [taken_from_tinyml(statement, defined) for statement in way_to(name, defined)]
    return frozenset[str]().union(*taken)


def way_to(name: str, defined: Mapping[str, list[ast.stmt]]) -> Iterator[ast.stmt]:
    """Yield the statements that gave a name to something, and those that gave the names in them."""
    reached, left = {name}, [name]
    while left:
        for statement in defined.get(left.pop(), ()):
            yield statement
            new = named(statement) - reached
            reached |= new
            left += new


def definitions(cells: Iterable[object]) -> dict[str, list[ast.stmt]]:
    """Return for each name the statements that give it to something, from its last definition on."""
    found: dict[str, list[ast.stmt]] = {}
    whole = (statement for cell in cells for statement in Untyped().visit(tree_of(cell)).body)
    for statement in itertools.chain.from_iterable(map(parts, whole)):
        for name in left_behind(statement):
            again = isinstance(statement, ast.AugAssign) or name in loaded(statement)  # as in f = cached(f)
            found[name] = [*(found.get(name, ()) if again else ()), statement]
    return found


class Untyped(ast.NodeTransformer):
    """Leaves out annotations: whoever writes a type beside a name does not use what the type can do."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("annotation", "returns"):
            if hasattr(node, field):
                setattr(node, field, ast.Constant(None) if isinstance(node, ast.AnnAssign) else None)
        return super().generic_visit(node)


def parts(statement: ast.stmt) -> list[ast.stmt]:
    """Return an import of several names as one import of each; any other statement as it is."""
    if isinstance(statement, ast.ImportFrom):
        return [ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names]
    return [ast.Import([alias]) for alias in statement.names] if isinstance(statement, ast.Import) else [statement]


def left_behind(part: ast.AST) -> set[str]:
    """Return the names that a statement, or a part of one, leaves behind in the notebook."""
    if isinstance(part, SCOPES):
        return set(names_bound_at(part))
    return set(names_bound_at(part)).union(*map(left_behind, ast.iter_child_nodes(part)))


def bound(part: ast.AST) -> set[str]:
    """Return the names that a part of a program gives to something, in whatever scope."""
    return {name for node in ast.walk(part) for name in names_bound_at(node)}


def loaded(part: ast.AST) -> set[str]:
    """Return the names that a part of a program looks up."""
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def names_bound_at(node: Any) -> Iterator[str]:
    """Yield the names that are given to something by one node."""
    if isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, ast.Name):
        yield from () if isinstance(node.ctx, ast.Load) else (node.id,)
    elif isinstance(node, ast.arg):
        yield node.arg
    else:  # classes, functions, caught errors, patterns, parameters of types
        yield from (own for own in (getattr(node, "name", None), getattr(node, "rest", None)) if type(own) is str)


def named(statement: ast.stmt) -> set[str]:
    """Return the names of the notebook that a statement looks up; its own variables and parameters are its own."""
    found = loaded(statement) - (bound(statement) - left_behind(statement))
    for node in ast.walk(statement):
        if isinstance(node, ast.arguments):  # def f(x, g=g) takes g from outside
            found.update(*map(loaded, filter(None, [*node.defaults, *node.kw_defaults])))
    return found


def taken_from_tinyml(statement: ast.stmt, defined: Mapping[str, list[ast.stmt]]) -> set[str]:
    """Return the names of tinyml in a statement: imported, an attribute of a module, or spelt out beside one."""
    found, modules = set[str](), modules_in(statement, defined)
    for node in ast.walk(statement):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("tinyml."):
            found |= {alias.name for alias in node.names}
    if any("tinyml" in f"{one.module}." for one in defined.get(EVERYTHING, ()) if isinstance(one, ast.ImportFrom)):
        found |= {name for name in named(statement) - defined.keys() if hasattr(tinyml, name)}
    for node in ast.walk(statement) if modules else ():
        if isinstance(node, ast.Attribute) and loaded(node) & modules:
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and type(node.value) is str and node.value.isidentifier():
            found.add(node.value)
    return found


def modules_in(statement: ast.stmt, defined: Mapping[str, list[ast.stmt]]) -> set[str]:
    """Return the names in a statement that tinyml, or a module of it, is imported under."""
    names = {name for name in named(statement) if any(map(is_tinyml, defined.get(name, ())))}
    return names.union(*(bound(node) for node in ast.walk(statement) if is_tinyml(node)))


def is_tinyml(node: ast.AST) -> bool:
    """Whether a node imports tinyml, or a module of it."""
    if isinstance(node, ast.Import):
        return any(f"{alias.name}.".startswith("tinyml.") for alias in node.names)
    if not isinstance(node, ast.ImportFrom) or not f"{node.module}.".startswith("tinyml."):
        return False
    return any(isinstance(sys.modules.get(f"{node.module}.{alias.name}"), ModuleType) for alias in node.names)
