"""Build the book into _build/html: `make book`.

Nothing changed: says so at once.  Something changed: every page is written anew, so that the result is
that of a cold build; notebooks run again only when they or the package changed (book_pages.execution).
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
SOURCES = ("_config.yml", "_toc.yml", "requirements.txt", "package-lock.json", "pyproject.toml", "README.md", "LICENSE")


def sources() -> str:
    """Return the hash of everything that a page is made from."""
    files = [ROOT / name for name in SOURCES]
    folders = [path for folder in ("book", "tinyml", "tools") for path in (ROOT / folder).rglob("*")]
    return hash_files(ROOT, [*files, *folders], sys.version)


def build() -> int:
    STAMP.unlink(missing_ok=True)  # from here on, an interruption means: build again
    for folder in (HTML, BUILD / ".doctrees"):
        shutil.rmtree(folder, ignore_errors=True)
    program = Path(sys.executable).parent / "jupyter-book"
    environment = os.environ | {"IPYTHONDIR": str(ROOT / "tools" / "ipython")}
    command = [str(program), "build", ".", "--warningiserror", "--keep-going"]
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def main() -> int:
    wanted = sources()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        print("The book is up to date.")
    else:
        if code := build():
            return code
        STAMP.write_text(wanted, encoding="utf-8")
    start = (HTML / "index.html").as_uri()
    print(f"\nThe book is in _build/html.  Open it from the disk, no network is needed:\n    {start}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
