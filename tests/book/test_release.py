"""The release command: the same bytes each time, and seals that fit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import notebooks
import pytest
from example_exercise import CHECK, GUESS_CHECK, NAME, example, filled_in, released, write_course
from nbgrader import utils
from sealing import sealed

import exercises
from tinyml.check.questions import SEAL, seal_of

TOOL = Path(exercises.__file__)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("text", [CHECK, GUESS_CHECK, CHECK.replace("points=2, ", "")])
def test_a_seal_fits_the_text_that_carries_it_and_changes_nothing_else(text: str) -> None:
    made = sealed(text)
    assert f', seal="{seal_of(made)}"' in made
    assert SEAL.sub("", made) == text
    compile(made, "cell", "exec")


def test_what_is_sealed_already_or_opens_no_question_is_refused() -> None:
    with pytest.raises(ValueError, match="has a seal already"):
        sealed(sealed(CHECK))
    with pytest.raises(ValueError, match="this one opens 0"):
        sealed("ask.points")
    with pytest.raises(ValueError, match="this one opens 2"):
        sealed(f"{CHECK}\n{CHECK}")


def test_a_release_adds_one_file_to_the_course_and_every_check_in_it_is_sealed(
    example_course: Path, tmp_path: Path
) -> None:
    before = files_of(write_course(tmp_path))
    after = files_of(example_course)
    made = f"release/{NAME}/{NAME}.ipynb"
    assert after == before | {made: after[made]}
    checks = [cell for cell in released(example_course).cells if cell.id.endswith("-check")]
    assert len(checks) == 3
    for cell in checks:
        assert f', seal="{seal_of(cell.source)}"' in cell.source


def test_releasing_again_in_another_folder_gives_the_same_bytes(
    example_course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "an other" / "folder"
    shutil.copytree(example_course, other)
    assert exercises.release(other, [NAME]) == 0
    assert capsys.readouterr().out == f"{NAME}: unchanged\n"
    assert files_of(other) == files_of(example_course)


def test_the_checksums_that_nbgrader_keeps_fit_the_released_text(example_course: Path) -> None:
    marked = [cell for cell in released(example_course).cells if "nbgrader" in cell.metadata]
    assert [cell.id for cell in marked if cell.metadata.nbgrader.checksum != utils.compute_checksum(cell)] == []
    assert len(marked) == 11
    locked = [cell for cell in marked if utils.is_locked(cell)]
    assert all(cell.metadata.editable is cell.metadata.deletable is False for cell in locked)


def test_a_release_that_is_missing_old_or_without_a_master_is_named(
    example_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(example_course, copy)
    path = exercises.notebook_of(copy / "release", NAME)
    text = path.read_text("utf-8")
    monkeypatch.setattr(exercises, "made", lambda _course, names: dict.fromkeys(names, text))
    assert exercises.out_of_step(copy, ()) == []
    path.write_text(text.replace("Read `RATE`", "Look at `RATE`"), encoding="utf-8")
    old = f"the release of {NAME} is not what its master gives: run `make release`"
    assert exercises.out_of_step(copy, ()) == [old]
    shutil.move(copy / "source", copy / "away")
    assert exercises.out_of_step(copy, ()) == [f"the release of {NAME} has no master: remove it"]
    shutil.move(copy / "away", copy / "source")
    path.unlink()
    assert exercises.out_of_step(copy, ()) == [f"{NAME} has no release: run `make release`"]


def test_a_master_that_cannot_be_released_leaves_the_release_as_it_was(example_course: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(example_course, copy)
    notebook = example()
    notebook.cells[3].source = notebook.cells[3].source.replace("### END SOLUTION", "")
    exercises.notebook_of(copy / "source", NAME).write_text(notebooks.text_of(notebook), encoding="utf-8")
    with pytest.raises(exercises.NotReleased, match="no end solution statement found"):
        exercises.release(copy, ())
    assert (copy / "release" / NAME / f"{NAME}.ipynb").read_bytes() == (
        example_course / "release" / NAME / f"{NAME}.ipynb"
    ).read_bytes()


def test_the_command_says_what_is_out_of_step_and_refuses_an_unknown_name(example_course: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(TOOL), "--course", str(example_course), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("check").stdout == "Every release is what its master gives.\n"
    wrong = run("release", "98_nothing")
    assert wrong.returncode == 2
    assert "no master of this name: 98_nothing" in wrong.stderr


def test_an_answered_release_gets_its_points_and_a_changed_check_gets_none(
    example_course: Path, tmp_path: Path
) -> None:
    notebook = filled_in(released(example_course))
    check = notebook.cells[4]
    check.source = check.source.replace("gives(4)", "gives(4.0)")
    ended = notebooks.executed(notebook, tmp_path).cells
    assert [ended[number].outputs[-1].data["text/plain"] for number in (4, 8, 12)] == ["0", "1", "1"]
    assert "double: not yet.\nThis check cell is not as it was given out" in ended[4].outputs[0].text
