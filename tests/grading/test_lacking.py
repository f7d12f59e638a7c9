"""grading.marking.lacking: what a later Python takes, or a library has, is no mistake of an answer's."""

from __future__ import annotations

import sys

import pytest

from grading.marking.lacking import lacked

HERE = sys.version_info[:2]
LATER = [
    ((3, 12), "type Row = list[float]"),
    ((3, 12), "type Row[T] = list[T]"),
    ((3, 12), "def first[T](items: list[T]) -> T:\n    return items[0]"),
    ((3, 12), "class Pair[A, B]:\n    left: A"),
    ((3, 12), "name = {'a': 1}\nprint(f'{name['a']}')"),
    ((3, 12), 'name = {"a": 1}\nprint(f"x {name["a"]}")'),
    ((3, 12), "rows = ['a']\nprint(f'{\"\\n\".join(rows)}')"),
    ((3, 13), "def first[T = int](items: list[T]) -> T:\n    return items[0]"),
    ((3, 14), "try:\n    x = 1\nexcept ValueError, TypeError:\n    pass"),
    ((3, 14), "x = 1\nshown = t'{x}'"),
]
MISTAKES = [
    "def f(x:\n    return x",
    "guess = (42",
    "print 'a'",
    "x = f'{1'",
    "type = 1 +",
    "except ValueError:",
    "for x in 1, 2\n    print(x)",
    'print("don\'t", f"{x}"',
    "at'42'",
]


@pytest.mark.parametrize(("version", "source"), LATER)
def test_a_syntax_of_a_later_python_is_known(version: tuple[int, int], source: str) -> None:
    error = SyntaxError("invalid syntax (<cell 1>, line 1)")
    for here in ((3, 11), (3, 12), (3, 13), (3, 14)):
        words = lacked(error, source, here)
        assert ("or later" in words) == (here < version)
    if version <= HERE:
        compile(source, "cell", "exec")
    else:
        with pytest.raises(SyntaxError):
            compile(source, "cell", "exec")


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_in_the_syntax_is_a_mistake(source: str) -> None:
    with pytest.raises(SyntaxError) as found:
        compile(source, "cell", "exec")
    assert lacked(found.value, source, (3, 11)) == ""
    assert lacked(ValueError(), "type Row = list", (3, 11)) == ""


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("No module named 'scipy'", "scipy"),
        ("No module named 'scipy.special'", "scipy.special"),
        ("cannot import name 'override' from 'typing' (/usr/lib/python3.11/typing.py)", "typing.override"),
        ("No module named 'tinyml.ch99'", ""),
        ("cannot import name 'Losses' from 'tinyml' (unknown location)", ""),
        ("attempted relative import with no known parent package", ""),
    ],
)
def test_a_module_is_lacked_unless_it_is_ours(words: str, name: str) -> None:
    found = lacked(ImportError(words), "")
    assert found.startswith(f"it needs {name}, ") if name else found == ""
