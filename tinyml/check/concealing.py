"""Concealing: where the cells of a notebook do not say which way an answer goes.

    concealed(cells, "scores") = "scores goes by eval", or nothing

Text that is run, names that are put together and modules that are handed on may be anything: nobody can read there
whether an answer takes a way that its task forbids.  It may be right; so it gets no points and loses none, and a person
looks at it.
Laws (tests/check/test_concealing.py): a forbidden way is found, or it is said that it may be there; plain code is read.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator, Mapping

from tinyml.check.reading import EVERYTHING, definitions, modules_in, named, way_to

RUN = frozenset({"eval", "exec", "compile", "globals", "get_ipython", "__import__", "__builtins__", "__loader__"})
"""What runs a text, or hands out names by a text."""
MODULES = frozenset(
    {"builtins", "code", "ctypes", "gc", "importlib", "inspect", "marshal", "pickle", "pkgutil", "runpy"}
)
"""What finds by a text what was never imported."""
PARTS = frozenset({"__globals__", "__builtins__", "__loader__", "__spec__", "f_globals", "f_builtins", "modules"})
KNOWN = frozenset({"display", "In", "Out"})
"""Names that a notebook has and Python has not."""


def concealed(cells: Iterable[object], name: str) -> str:
    """Say what cannot be read on the way to a name; nothing where all can, or where nobody keeps the cells."""
    defined = definitions(cells)
    if not defined:
        return ""
    if name not in defined:
        return f"no cell that ran says what {name} is"
    return next((f"{name} goes by {word}" for one in way_to(name, defined) for word in hidden_in(one, defined)), "")


def hidden_in(statement: ast.stmt, defined: Mapping[str, list[ast.stmt]]) -> Iterator[str]:
    """Yield what hides in a statement which way it goes."""
    for name in sorted(named(statement) - defined.keys()):
        if name in RUN or not is_known(name, defined):
            yield name
    modules, read = modules_in(statement, defined), set[int]()
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (found for found in imported(node) if found in MODULES)
        elif isinstance(node, ast.Attribute):
            if node.attr in PARTS:
                yield node.attr
            if isinstance(node.value, ast.Name) and not node.attr.startswith("__"):
                read.add(id(node.value))
        elif isinstance(node, ast.Call) and is_plain_getattr(node):
            read.add(id(node.args[0]))
        elif isinstance(node, ast.Name) and node.id in modules and id(node) not in read and not is_bound(node):
            yield f"the module {node.id}"


def is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield the outermost modules of an import."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    yield from (name.partition(".")[0] for name in names)


def is_plain_getattr(call: ast.Call) -> bool:
    """Whether a call is getattr(module, "name"), which says as much as module.name."""
    function, arguments = call.func, call.args
    if not isinstance(function, ast.Name) or function.id != "getattr" or len(arguments) < 2:
        return False
    return isinstance(arguments[1], ast.Constant) and not str(arguments[1].value).startswith("__")


def is_known(name: str, defined: Mapping[str, list[ast.stmt]]) -> bool:
    """Whether a name that no cell gives to something has one meaning all the same."""
    if name in KNOWN or hasattr(builtins, name) or (name.startswith("__") and name.endswith("__")):
        return True
    stars = [one.module or "" for one in defined.get(EVERYTHING, ()) if isinstance(one, ast.ImportFrom)]
    return any(hasattr(sys.modules.get(module), name) for module in stars)
