"""Build the book into _build/html: `make book`.

Nothing changed: says so at once.  Something changed: every page is written anew, so that the result is
that of a cold build; notebooks run again only when they or the package changed (book_pages.execution).
An interrupted or failed build is begun again: what the book was built from is noted last.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from book_pages.execution import hash_files  # noqa: E402

BUILD = ROOT / "_build"
HTML = BUILD / "html"
STAMP = BUILD / "built-from"
FILES = ("_config.yml", "_toc.yml", "requirements.txt", "package-lock.json", "pyproject.toml", "README.md", "LICENSE")
FOLDERS = (
    "book",
    "exercises/release",
    "tinyml",
    "tools/ipython/profile_default/ipython_kernel_config.py",
    "tools/build_book.py",
)
# The same outputs on every machine: no random order, no date of today, kernels as the book wants them.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "1767225600",
    "IPYTHONDIR": str(ROOT / "tools" / "ipython"),
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
}


def sources() -> list[Path]:
    """Return every file that a page is made from."""
    folders = [ROOT / name for name in FOLDERS]
    inside = [path for folder in folders if folder.is_dir() for path in folder.rglob("*")]
    return [path for path in [*(ROOT / name for name in FILES), *folders, *inside] if path.is_file()]


def build() -> int:
    STAMP.unlink(missing_ok=True)  # from here on, an interruption means: build again
    for folder in (HTML, BUILD / ".doctrees", BUILD / "jupyter_execute"):
        shutil.rmtree(folder, ignore_errors=True)
    program = str(Path(sys.executable).parent / "jupyter-book")
    command = [program, "build", ".", "--warningiserror", "--keep-going"]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | ENVIRONMENT, stdin=subprocess.DEVNULL, check=False)
    return run.returncode


def main() -> int:
    wanted = hash_files(ROOT, sources(), sys.version)
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        print("The book is up to date.")
    elif code := build():
        return code
    else:
        STAMP.write_text(wanted, encoding="utf-8")
    start = (HTML / "index.html").as_uri()
    print(f"\nThe book is in _build/html.  Open it from the disk, no network is needed:\n    {start}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
