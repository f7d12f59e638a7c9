"""Run the maths under several arithmetics on one machine: `make portable`.

Processors differ in the last bits of a product of matrices or of exp, because each has kernels of its own.  OpenBLAS
can be told to take those of another processor, and numpy to leave groups of vector instructions alone; so one machine
stands for several.  Under each arithmetic run the tests of the maths, the certificates of the widgets among them, and
the chapters, whose stored outputs have to come again.  What this processor cannot do is told and left out, and so is
what would be the same again.

    python tools/portable.py             under all arithmetics that this processor has
    python tools/portable.py plainest    under one of them: the one farthest from what a new processor does

Checked by tests/tools/test_portable.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy._core._multiarray_umath import __cpu_features__  # type: ignore[import-not-found]  # has no public name
from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parent.parent
KERNEL, GROUPS_OFF = "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"
NEEDED = {
    "SkylakeX": ("AVX512F", "AVX512CD", "AVX512VL", "AVX512BW", "AVX512DQ"),
    "Haswell": ("AVX2", "FMA3"),
    "Zen": ("AVX2", "FMA3"),
    "Prescott": ("SSE3",),
}
"""OpenBLAS's kernels, and what a processor needs for them: told to, OpenBLAS takes them where they crash."""
CALLED = {"Zen": ("Zen", "Haswell"), "Prescott": ("Prescott", "Katmai")}
"""The names under which it answers: a build has one kernel for several processors."""
OLDEST_VECTORS = "X86_V3"
PLAINEST = "plainest"
MATHS = ("tests/ch[0-9]*", "tests/count/test_count.py", "tests/draw", "tests/widgets")
"""The tests that compute: those of the chapters, of counting, of drawing, and of what all widgets share."""
CHAPTERS = ("-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=1200", "--nbval-kernel-startup-timeout=600")
BESIDE = ("-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Processor:
    """What numpy computes with: OpenBLAS's kernel, the vector groups that it chooses from, and what there is to use."""

    kernel: str
    groups: tuple[str, ...]
    features: frozenset[str]

    def __str__(self) -> str:
        return f"{self.kernel or 'no OpenBLAS'}, {' '.join(self.groups) or 'no vector groups'}"

    @property
    def arithmetic(self) -> tuple[str, tuple[str, ...]]:
        return self.kernel, self.groups


@dataclass(frozen=True)
class Arithmetic:
    """A kernel of OpenBLAS, or the processor's own, and numpy with some vector groups off."""

    name: str
    kernel: str = ""
    off: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, str]:
        kernel = {KERNEL: self.kernel} if self.kernel else {}
        return kernel | ({GROUPS_OFF: " ".join(self.off)} if self.off else {})

    def lacks(self, own: Processor) -> tuple[str, ...]:
        """Return what the processor would need and has not."""
        if self.kernel and not own.kernel:
            return ("OpenBLAS",)
        return tuple(name for name in NEEDED.get(self.kernel, ()) if name not in own.features)

    def is_that_of(self, seen: Processor) -> bool:
        """Whether a process with the settings computes as they say."""
        kernel = not self.kernel or seen.kernel in CALLED.get(self.kernel, (self.kernel,))
        return kernel and not set(self.off) & set(seen.groups)


def arithmetics(own: Processor) -> list[Arithmetic]:
    """Return the arithmetics to try on a processor; it may lack some, and never the plainest."""
    groups = own.groups
    newest = tuple(name for name in groups if name != OLDEST_VECTORS)
    found = [Arithmetic("the processor's own"), *(Arithmetic(kernel, kernel) for kernel in NEEDED)]
    if newest and newest != groups:
        found.append(Arithmetic(f"Haswell without {newest[0]}", "Haswell", newest))
    if groups:
        found.append(Arithmetic("own kernel without vector groups", "", groups))
    oldest = Arithmetic("", "Prescott")
    return [*found, Arithmetic(PLAINEST, "" if oldest.lacks(own) else oldest.kernel, groups)]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with these settings, and none of before."""
    return {key: value for key, value in os.environ.items() if key not in (KERNEL, GROUPS_OFF)} | dict(settings)


def processor() -> Processor:
    """Return what numpy computes with in this process."""
    kernels = [library["architecture"] for library in threadpool_info() if library["internal_api"] == "openblas"]
    groups = np.show_config(mode="dicts")["SIMD Extensions"]
    features = (name for name, there in __cpu_features__.items() if there)
    return Processor(kernels[0] if kernels else "", tuple(groups.get("found", ())), frozenset(features))


def look(settings: Mapping[str, str]) -> Processor:
    """Return what numpy computes with in a process of these settings."""
    ask = "import dataclasses, json, portable; own = dataclasses.asdict(portable.processor()); "
    ask += "print(json.dumps(own | {'features': sorted(own['features'])}))"
    here = environment(settings) | {"PYTHONPATH": str(Path(__file__).parent)}
    run = subprocess.run([sys.executable, "-c", ask], env=here, capture_output=True, text=True, check=True)
    told = json.loads(run.stdout)
    return Processor(told["kernel"], tuple(told["groups"]), frozenset(told["features"]))


def verdict(arithmetic: Arithmetic, own: Processor, seen: dict[tuple[str, tuple[str, ...]], str]) -> str:
    """Run everything under an arithmetic that the processor has and that was not `seen`; say what came of it."""
    if lacking := arithmetic.lacks(own):
        return f"not run: this processor lacks {' '.join(lacking)}"
    found = look(arithmetic.settings)
    if not arithmetic.is_that_of(found):
        return f"RED: the settings have no effect, numpy computes with {found}"
    if before := seen.get(found.arithmetic):
        return f"not run: the same as {before} ({found})"
    seen[found.arithmetic] = arithmetic.name
    print(f"\n==> {arithmetic.name}: {found}", flush=True)
    started = time.monotonic()
    red = [name for name, words in commands() if not passes(words, arithmetic.settings)]
    took = f"{found}, {time.monotonic() - started:.0f} s"
    return f"RED: {' and '.join(red)} ({took})" if red else f"green ({took})"


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield what runs under each arithmetic: its name, and what pytest is told."""
    tests = (path for pattern in MATHS for path in sorted(ROOT.glob(pattern)))
    yield "the maths", ["-q", *BESIDE, *map(str, tests)]
    yield "the chapters", [*CHAPTERS, *BESIDE, *map(str, sorted((ROOT / "book").glob("*.ipynb")))]


def passes(words: list[str], settings: Mapping[str, str]) -> bool:
    command = [sys.executable, "-m", "pytest", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(settings), check=False).returncode == 0


def table(verdicts: Mapping[str, str]) -> str:
    """Return what came of each arithmetic, one a line."""
    width = max(map(len, verdicts), default=0)
    return "\n".join(f"{name:{width}}  {said}" for name, said in verdicts.items())


def main(names: Sequence[str] = ()) -> int:
    """Run under the arithmetics of these names, or under all; return 1 when one is red."""
    own = look({})
    known = {arithmetic.name: arithmetic for arithmetic in arithmetics(own)}
    if unknown := set(names) - set(known):
        sys.exit(f"there is no arithmetic {' or '.join(sorted(unknown))}, but {', '.join(known)}")
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    verdicts = {name: verdict(known[name], own, seen) for name in names or known}
    print(f"\nThis processor's own arithmetic: {own}\n{table(verdicts)}")
    return 1 if any(said.startswith("RED") for said in verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
