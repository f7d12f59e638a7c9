"""Make the notebooks that learners get: `make release`, or `python tools/exercises.py release [NN_name ...]`.

nbgrader makes them from the masters in exercises/source, in a copy of the course and without a gradebook, so that
nothing but the release changes.  Here they are brought into normal form, and each is replaced in one move.
`python tools/exercises.py check` writes nothing and names the releases that are not what their masters give.
The opening of a master ends with the limits of the grader, which the release brings up to date.
Law (tests/book/test_release.py): the same masters give the same releases, byte for byte, in any folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import notebooks

ROOT = Path(__file__).resolve().parent.parent
COURSE = ROOT / "exercises"


class NotReleased(Exception):
    """nbgrader made no release; its words are the message."""


def names_in(folder: Path) -> list[str]:
    """Return the names of the exercises in a folder that holds NAME/NAME.ipynb for each, in their order."""
    return sorted(path.stem for path in folder.glob("*/*.ipynb") if path.stem == path.parent.name)


def notebook_of(folder: Path, name: str) -> Path:
    return folder / name / f"{name}.ipynb"


def with_limits(opening: str) -> str:
    """Return the opening of an exercise with the limits of today as its last paragraph."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from grading.told import BEGINS, for_learners  # noqa: PLC0415  with all of the grader, which few need

    paragraphs = [part for part in opening.strip().split("\n\n") if not part.startswith(BEGINS)]
    return "\n\n".join([*paragraphs, for_learners()])


def told(path: Path) -> str:
    """Return the text of a master whose opening has the limits of today."""
    master = notebooks.read(path)
    for cell in master.cells:
        if cell.id == "title":
            cell.source = with_limits(cell.source)
    return notebooks.text_of(notebooks.normalised(master))


def made(course: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the text of each release that the masters of these names give."""
    if not names:
        return {}
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        copy = Path(scratch, "course")
        for name in names:
            target = notebook_of(copy / "source", name)
            target.parent.mkdir(parents=True)
            shutil.copyfile(notebook_of(course / "source", name), target)
        for path in course.glob("*.py"):
            shutil.copyfile(path, copy / path.name)
        run_nbgrader(copy)
        return {name: normal(notebook_of(copy / "release", name)) for name in names}


def run_nbgrader(copy: Path) -> None:
    """Run `nbgrader generate_assignment` on all masters of a course, with the settings of that course alone."""
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        "JUPYTER_CONFIG_DIR": str(copy / "no-settings"),
    }
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "*", "--force", "--no-db"]
    run = subprocess.run(
        command, cwd=copy, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise NotReleased(f"nbgrader could not make the releases:\n{run.stdout}{run.stderr}")


def normal(path: Path) -> str:
    """Return the text of a notebook in normal form; nbgrader has emptied its outputs."""
    return notebooks.text_of(notebooks.normalised(notebooks.read(path)))


def release(course: Path, names: Sequence[str]) -> int:
    for name in names or names_in(course / "source"):
        path = notebook_of(course / "source", name)
        if notebooks.write(path, told(path)):
            print(f"{name}: the limits of its opening are renewed")
    for name, text in made(course, names or names_in(course / "source")).items():
        path = notebook_of(course / "release", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"{name}: {'written' if notebooks.write(path, text) else 'unchanged'}")
    return 0


def out_of_step(course: Path, names: Sequence[str]) -> list[str]:
    """Return a line for each release that is not what its master gives, that is missing, or that has no master."""
    found = []
    for name in names or names_in(course / "source"):
        path = notebook_of(course / "source", name)
        if told(path) != path.read_text(encoding="utf-8"):
            found.append(f"the opening of {name} tells other limits than the grader has: run `make release`")
    for name, text in made(course, names or names_in(course / "source")).items():
        path = notebook_of(course / "release", name)
        if not path.is_file():
            found.append(f"{name} has no release: run `make release`")
        elif path.read_text(encoding="utf-8") != text:
            found.append(f"the release of {name} is not what its master gives: run `make release`")
    orphans = set(names_in(course / "release")) - set(names_in(course / "source"))
    return [*found, *(f"the release of {name} has no master: remove it" for name in sorted(orphans))]


def check(course: Path, names: Sequence[str]) -> int:
    lines = out_of_step(course, names)
    print("\n".join(lines) if lines else "Every release is what its master gives.")
    return 1 if lines else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--course", type=Path, default=COURSE, help="the folder of the course")
    parser.add_argument("what", choices=["release", "check"])
    parser.add_argument("names", nargs="*", metavar="NN_name", help="exercises; all of them when none is named")
    asked = parser.parse_args()
    course: Path = asked.course.resolve()
    if unknown := sorted(set(asked.names) - set(names_in(course / "source"))):
        parser.error(f"no master of this name: {', '.join(unknown)}")
    try:
        return (check if asked.what == "check" else release)(course, asked.names)
    except NotReleased as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
