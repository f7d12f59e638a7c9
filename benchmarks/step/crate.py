"""A program that was built elsewhere: the option `--rust PROGRAM` of `python -m benchmarks` names it.

It is a contender like all others: it answers check, go and quit, a line of JSON each (`benchmarks/contender.py`), and
is started with the problem and the dtype of its row.  Its check is what `moved` in `benchmarks/step/steps.py` returns.
Nothing here knows how it is built, so a reader builds it from the crate as its authors say.
"""

from __future__ import annotations

import os

from benchmarks.contender import Contender, Missing


def Crate(program: str, *arguments: str) -> Contender:  # noqa: N802  # stands among classes
    """Go on as the program; return only when there is none, and then say why."""
    try:
        os.execv(program, [program, *arguments])
    except OSError as error:
        return Missing(f"{program} does not start: {error.strerror}")
