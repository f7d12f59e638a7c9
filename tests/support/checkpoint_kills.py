"""A program that writes checkpoints and is killed at a given write: `python checkpoint_kills.py PATH WRITE NUMBER`.

Each write, flush to the disk and renaming is counted; at the one with the number WRITE the process ends at once, in the
middle of a write, as if its power had been cut.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tinyml import Product, write_checkpoint


def state_of(number: int) -> Any:
    """Return a state that is like no other."""
    return Product(Product(np.full(40, number / 7), number), (np.full((2, 3), number, np.float16),))


def counted(limit: int) -> Any:
    """Let every operation on a file count, and end the process at the one that has this number; return the count."""
    done = [0]

    def tick() -> bool:
        done[0] += 1
        return done[0] == limit

    class Killed(io.FileIO):
        def write(self, data: Any, /) -> int:
            if tick():
                super().write(memoryview(data)[: len(data) // 2])
                os._exit(9)
            return super().write(data)

    def opened(handle: int, mode: str) -> Any:
        return io.BufferedRandom(Killed(handle, "r+b"), 16) if "b" in mode else None

    os.fdopen = opened  # type: ignore[assignment]
    for module, name in ((os, "fsync"), (os, "replace"), (os, "rename")):
        plain = getattr(module, name)

        def ticking(*arguments: Any, own: Any = plain, **named: Any) -> Any:
            if tick():
                os._exit(9)
            return own(*arguments, **named)

        setattr(module, name, ticking)
    return done


def main() -> None:
    path, limit, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    done = counted(limit)
    write_checkpoint(path, state_of(number))
    print(done[0])


if __name__ == "__main__":
    main()
