"""Programs: what the type checker says of the programs of a whole class, in one run of mypy.

    findings(texts) = what is found in each text        a text that mypy cannot finish is missing

mypy reads programs and never runs them; it works in a process with limits of its own, and equal programs are
checked once.  `python -m grading.marking.programs` is that process.
Checked by tests/grading/test_programs.py.
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
from collections.abc import Iterable

from grading.marking.fork import module
from tinyml.check.typecheck import Finding, findings_of

MEMORY = 3 * 2**30
SECONDS = 600


def findings(texts: Iterable[str]) -> dict[str, tuple[Finding, ...]]:
    """Return what the type checker finds in each text."""
    asked = sorted(set(texts))
    if not asked:
        return {}
    text = pickle.dumps(asked)
    try:
        run = subprocess.run(**module("programs"), input=text, capture_output=True, check=True, timeout=SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return {}
    found: dict[str, tuple[Finding, ...]] = pickle.loads(run.stdout)
    return found


def main() -> None:
    """Check the texts that come in, within limits that mypy inherits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    texts: list[str] = pickle.load(sys.stdin.buffer)
    found = findings_of({str(number): text for number, text in enumerate(texts)})
    result = {texts[int(number)]: tuple(errors) for number, errors in found.items()}
    pickle.dump(result, sys.stdout.buffer)


if __name__ == "__main__":
    main()
