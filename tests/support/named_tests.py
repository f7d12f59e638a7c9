"""Tests that the book names: whether they are there, and what they do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED_TEST = re.compile(r"tests/[\w/]+\.py::\w+")
EXACT_CALLS = {"array_equal", "assert_array_equal", "same", "naturality", "splits"}
"""Calls that compare to the last bit: numpy's, that of a case in tests/ch05_endomorphism/test_powers.py, and ours."""


def function_of(name: str) -> ast.FunctionDef | None:
    """Return the function that `tests/file.py::test_name` names, or nothing if it is not there."""
    path, _, function = name.partition("::")
    file = ROOT / path
    body = ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else []
    wanted = function.partition("[")[0]
    return next((node for node in body if isinstance(node, ast.FunctionDef) and node.name == wanted), None)


def is_a_test(name: str) -> bool:
    """Whether `tests/file.py::test_name` names a test that is there."""
    return function_of(name) is not None


def called(node: ast.AST) -> set[str]:
    """Return the names of what is called somewhere in a piece of a program."""
    functions = (own.func for own in ast.walk(node) if isinstance(own, ast.Call))
    return {own.attr if isinstance(own, ast.Attribute) else getattr(own, "id", "") for own in functions}


def draws_values(name: str) -> bool:
    """Whether a test is a property test of hypothesis."""
    function = function_of(name)
    return function is not None and any("given" in called(own) for own in function.decorator_list)


def compares_exactly(name: str) -> bool:
    """Whether a test asks somewhere for the same value, and not for one nearby."""
    function = function_of(name)
    if function is None:
        return False
    equations = [
        own
        for own in ast.walk(function)
        if isinstance(own, ast.Compare) and any(isinstance(sign, ast.Eq) for sign in own.ops)
    ]
    return bool(called(function) & EXACT_CALLS) or any("approx" not in called(own) for own in equations)
