"""The page on a corpus of one's own: each of its commands, in their order, on a folder of texts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from processes import PATIENCE

from tinyml import DatasetWindowing, TrainingSet
from tinyml.ch01_objects.vocabulary import UNKNOWN
from tinyml.count import Counts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book" / "own_corpus.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def commands() -> list[str]:
    return [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a folder in which all commands were given, and what each of them said."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "texts" / "deep").mkdir(parents=True)
    (folder / "texts" / "page.txt").write_text(PAGE, encoding="utf-8")
    (folder / "texts" / "deep" / "readme.md").write_bytes((ROOT / "README.md").read_bytes())
    for name, program in zip(("bad_day.py", "train.py"), blocks("python"), strict=True):
        (folder / name).write_text(program, encoding="utf-8")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    outputs = []
    for command in commands():
        run = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert run.returncode == 0, f"{command}\n{run.stderr}"
        outputs.append(run.stdout)
    return folder, outputs


def test_the_page_shows_every_option_that_changes_the_work() -> None:
    assert [option for option in ("--out", "--vocab-size", "--jobs", "--scheduler") if option not in PAGE] == []
    assert len(commands()) == 5


def test_the_commands_say_what_they_counted(said: tuple[Path, list[str]]) -> None:
    _, (whole, capped, shared, bad_day, trained) = said
    assert re.match(r"counts\.npz: \d{3} words, ", whole)
    assert capped.startswith("counts.npz: 50 words, ")
    assert shared == capped
    parts = re.fullmatch(r"(\d+) parts\nthe same bytes: True\n", bad_day)
    assert parts is not None
    assert int(parts[1]) > 3  # so many are lost
    losses = [float(value) for value in re.findall(r"Loss\(value=([\d.]+)\)", trained)]
    assert losses[1] < losses[0] == pytest.approx(np.log(50), abs=1e-3)
    assert "TokenSequence([" in trained


def test_the_counts_are_those_of_the_encoded_texts(said: tuple[Path, list[str]]) -> None:
    folder, _ = said
    counts = Counts.read(folder / "counts.npz")
    assert counts.vocabulary.words[-1] == UNKNOWN
    files = [path for path in (folder / "texts").rglob("*") if path.is_file()]
    encoded = [DatasetWindowing()(counts.vocabulary.encode(path.read_text(encoding="utf-8"))) for path in files]
    inputs, targets = (np.concatenate([getattr(one, name) for one in encoded]) for name in ("inputs", "targets"))
    assert TrainingSet.from_indices(inputs, targets).pairs.tolist() == counts.training_set.pairs.tolist()
    assert len(counts.training_set) == len(inputs)
    assert not (folder / "counts.npz.parts").exists()
