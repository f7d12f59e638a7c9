"""Category Theory for Tiny ML: typed arrows that can be run.

The folders are the table of contents, and each lists its public names once, in `__all__`.  Importing this package
loads nothing else: a name is asked of the ground and of the chapters, in reading order, when it is first used.
Checked by tests/package/test_face.py.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyml.ch01_objects import *
    from tinyml.ch02_arrows import *
    from tinyml.ch03_prediction import *
    from tinyml.ch04_training import *
    from tinyml.ch05_endomorphism import *
    from tinyml.ch06_functors import *
    from tinyml.ch07_naturality import *
    from tinyml.ch08_monoids import *
    from tinyml.ch09_calculus import *
    from tinyml.ch10_tape import *
    from tinyml.ch11_lens import *
    from tinyml.ch12_para import *
    from tinyml.ch13_learner import *
    from tinyml.ch14_optimisers import *
    from tinyml.ch15_driver import *
    from tinyml.ch16_reverse import *
    from tinyml.ch17_circuits import *
    from tinyml.ch18_images import *
    from tinyml.ch19_attention import *
    from tinyml.errors import *
    from tinyml.rounding import *

__version__ = "0.2.0"

PARTS = tuple(sorted(part.name for part in pkgutil.iter_modules(__path__)))
CHAPTERS = tuple(name for name in PARTS if name[:2] == "ch" and name[2].isdigit())
"""The chapters' folders, in reading order."""
OFFERING = ("errors", "rounding", *CHAPTERS)
"""What has public names; the rest of the ground is for the package itself."""


def __getattr__(name: str) -> object:
    if name == "__all__":
        return public_names()
    if name in PARTS:
        return importlib.import_module(f"{__name__}.{name}")
    if not name.startswith("_"):
        for place in OFFERING:
            part = importlib.import_module(f"{__name__}.{place}")
            if name in part.__all__:
                value = globals()[name] = getattr(part, name)
                return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def public_names() -> list[str]:
    """Return what `from tinyml import` offers, the parts of the package apart; every chapter is loaded for it."""
    places = (importlib.import_module(f"{__name__}.{place}") for place in OFFERING)
    return [name for place in places for name in place.__all__]


def __dir__() -> list[str]:
    return sorted({*globals(), *PARTS, *public_names()})
