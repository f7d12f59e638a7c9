"""Build the book once more, cold and in another folder, and compare it with _build/html byte by byte."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import build_book


def copy_sources(folder: Path) -> None:
    """Copy what a page is made from; what set-up installed is only linked."""
    for path in build_book.sources():
        target = folder / path.relative_to(build_book.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    (folder / "node_modules").symlink_to(build_book.ROOT / "node_modules")


def differences(left: Path, right: Path) -> list[str]:
    """Return the names of the files that are not the same in both folders."""
    names = {path.relative_to(side) for side in (left, right) for path in side.rglob("*") if path.is_file()}
    _same, different, missing = filecmp.cmpfiles(left, right, sorted(map(str, names)), shallow=False)
    return sorted(different + missing)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="another-folder-") as name:
        folder = Path(name, "somewhere", "else")
        folder.mkdir(parents=True)
        copy_sources(folder)
        command = [sys.executable, str(folder / "tools" / "build_book.py")]
        if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode:
            return 1
        wrong = differences(build_book.HTML, folder / "_build" / "html")
        count = sum(path.is_file() for path in build_book.HTML.rglob("*"))
        for path in wrong:
            print(f"differs: {path}")
        print(f"{len(wrong)} of {count} files differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
