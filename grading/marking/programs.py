"""Programs: what the type checker says of the programs of a class, which it reads in a box.

    findings(texts) = what is found in each text        a text that could not be checked is missing

mypy never runs what it reads, but works out a part of it, and with some texts it comes to no end.  So it has a box
of its own, as everything has that a learner wrote.  Many texts are checked in one run, under names by chance, so that
none can import another; equal ones are checked once, and one that a run ends badly with costs itself and no other.
Checked by tests/grading/test_programs.py.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from grading.box.box import Box
from grading.box.proxies import Stopped
from grading.box.walls import CODE
from tinyml.check import learned, typechecker
from tinyml.check.typecheck import Finding, findings_of

AT_ONCE = 32
"""Texts in one run of mypy, which takes 0.3 s with none of them; after a run that ends badly each is checked alone."""
CACHE = CODE / "cache"
SCRATCH = 2**26
"""Bytes; what mypy knows of numpy and tinyml takes 12 MB, and is kept twice."""
ENDED = f"{typechecker.UNFINISHED}: its process was ended"
IN_THE_BOX = """
import json, os, sys
from tinyml.check import typecheck

os.environ["XDG_CACHE_HOME"] = "/box/cache"
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # where mypy, and what the texts import, are found

def checked(texts):
    found = typecheck.findings_of({str(number): text for number, text in enumerate(json.loads(texts))})
    return json.dumps({name: [(one.line, one.message, one.code) for one in of] for name, of in found.items()})
"""

Found = dict[str, tuple[Finding, ...]]


def findings(texts: Iterable[str], *, trusted: bool = False) -> Found:
    """Return what the type checker finds in each text; with `trusted` it works without a box, in bounded time."""
    asked = sorted(set(texts))
    found: Found = {}
    with Box(scratch=SCRATCH, shown={} if trusted else known()) as box:
        for start in range(0, len(asked), AT_ONCE):
            batch = asked[start : start + AT_ONCE]
            try:
                found |= unboxed(batch) if trusted else checked(batch, box)
            except Stopped:  # no box can be started any more
                break
    return found


def known() -> dict[Path, Path]:
    """Return where it is kept what mypy knows of numpy and tinyml, which it learns first, and where a box finds it."""
    with contextlib.suppress(RuntimeError):  # without a home nothing is kept
        typechecker.learn()
        if (place := learned.place()).is_dir():
            return {place: CACHE / learned.BELOW / place.name}
    return {}


def unboxed(texts: Sequence[str]) -> Found:
    return {text: tuple(found) for text, found in findings_of({text: text for text in texts}).items()}


def checked(texts: Sequence[str], box: Box) -> Found:
    """Check some texts in a box, and each of them alone when that ends badly."""
    if box.process is None:
        box.start()
        box.run(IN_THE_BOX, "<type checker>")
    box.allow(longest(len(texts)))
    try:
        told = json.loads(box.get("checked")(json.dumps(texts)))
        return {texts[int(number)]: tuple(Finding(*one) for one in found) for number, found in told.items()}
    except Exception:  # what happens to the process that reads them is the texts' doing
        box.stop()
    if len(texts) == 1:
        return {texts[0]: (Finding(1, ENDED, "unfinished"),)}
    return {text: found for one in texts for text, found in checked([one], box).items()}


def longest(count: int) -> float:
    """Return the seconds in which so many texts are checked, each of them alone too, if mypy keeps to its limits."""
    return typechecker.PATIENCE * (typechecker.SECONDS_TO_LEARN + (count + 1) * typechecker.SECONDS)
