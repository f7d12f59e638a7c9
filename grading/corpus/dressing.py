"""Dressing: answers whose values come in other classes that hold the same, and in some that lie about it.

    dressed(random, names) = a text to write below an answer

It gives each name to what it was given to before, or to a function that returns the same, with every part of the value
in a class that is drawn: subclasses of Python's own, named tuples, enums, numpy's numbers, Counters, sets, arrays of
texts and of objects.  A check may accept what comes or refuse it, in the notebook and outside of it alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from tinyml.check.overruling import WAYS

WARDROBE = '''
import enum as _enum, random as _random, collections as _collections
import numpy as _np


class _Whole(int): pass
class _Real(float): pass
class _Text(str): pass
class _Row(list): pass
class _Pair(tuple): pass
class _Bag(set): pass
class _Table(dict): pass
class _Array(_np.ndarray): pass
class _Missing(dict):
    def __missing__(self, key): return 0


def _objects(value):
    made = _np.empty(len(value), dtype=object)
    for place, item in enumerate(value):
        made[place] = item
    return made


def _fixed(value):
    value.setflags(write=False)
    return value


def _named(value):
    names = [f"field_{place}" for place in range(len(value))]
    return _collections.namedtuple("Named", names)(*value)


def _lying(base, value):
    made = type("Sly", (base,), {"__hash__": base.__hash__, _LIE: lambda self, *_: True})
    return _np.asarray(value).view(made) if base is _np.ndarray else made(value)


_WAYS = {
    bool: [_np.bool_, int],
    int: [_Whole, _np.int64, _np.int16, _np.uint8, lambda n: _enum.IntEnum("Number", {"IT": n}).IT, float, _np.float64],
    float: [_Real, _np.float64, _np.float32, _np.longdouble],
    str: [_Text, _np.str_, lambda text: _enum.StrEnum("Word", {"IT": text}).IT],
    list: [_Row, tuple, _Pair, _objects, _named, _np.array, lambda value: _fixed(_np.array(value))],
    tuple: [list, _Row, _Pair, _named, _objects, _np.array],
    set: [_Bag, frozenset, list, dict.fromkeys],
    frozenset: [set, _Bag],
    dict: [_Table, _collections.OrderedDict, lambda value: _collections.defaultdict(list, value), _collections.Counter,
           _Missing],
    _np.ndarray: [_np.ndarray.tolist, lambda value: value.view(_Array), lambda value: value.astype(object),
                  lambda value: value.astype(_np.float32), lambda value: _fixed(value.copy())],
}


def _worn(value, draw, depth=0):
    """Return a value with each part of it in a class that is drawn."""
    own = type(value)
    if own not in _WAYS or depth > 4 or (depth > 0 and draw.random() < 0.4 * _HONEST):
        return value
    if own in (list, tuple, set, frozenset):
        value = own([_worn(item, draw, depth + 1) for item in value])
    elif own is dict:
        value = {_worn(key, draw, 4): _worn(item, draw, depth + 1) for key, item in value.items()}
    if draw.random() < _HONEST:
        return draw.choice(_WAYS[own])(value) if draw.random() < 0.7 else value
    return value if own is bool else _lying(own, value)


def _dressed(value, seed):
    try:
        return _worn(value, _random.Random(seed))
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        return value
'''


def dressed(random: Random, names: Iterable[str], *, honest: bool) -> str:
    """Return what is written below an answer, so that its values come in other classes."""
    lie = random.choice(["__eq__"] * len(WAYS) + [*WAYS])
    lines = [f"_LIE, _HONEST = {lie!r}, {1.0 if honest else 0.05}"]
    for name in names:
        seed = random.randrange(2**32)
        lines.append(f"""
_plain_{name} = {name}
if isinstance(_plain_{name}, (bool, int, float, str, list, tuple, set, dict, _np.ndarray)):
    {name} = _dressed(_plain_{name}, {seed})
elif type(_plain_{name}).__name__ == "function":
    def {name}(*arguments, **named):
        return _dressed(_plain_{name}(*arguments, **named), {seed})""")
    return WARDROBE + "\n".join(lines)
