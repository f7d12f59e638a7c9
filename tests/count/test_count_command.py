"""`python -m tinyml.count`: what it says and keeps when files are bad, disks are full, and runs are stopped."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from corpora import counting, named, pairs_of
from processes import PATIENCE, waited_for

from tinyml import UnreadableText
from tinyml.count import Counts, count_corpus
from tinyml.count.__main__ import main
from tinyml.count.files import Shard, TextFile
from tinyml.count.work import count_part

ROOT = Path(__file__).parents[2]
TEXT = b"The cat saw the dog. The dog ran; the cat sat.\n" * 40
SIZE = "256"  # bytes of a shard: TEXT has 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(TEXT)
    return tmp_path


def command(folder: Path, *arguments: str) -> list[str]:
    return [
        str(folder / "a.txt"),
        str(folder / "b.txt"),
        "--out",
        str(folder / "c.npz"),
        "--shard-size",
        SIZE,
        *arguments,
    ]


def parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("c.npz.parts/[0-9a-f]*.npz"))


def test_it_counts_and_says_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(folder)) == 0
    said = capsys.readouterr()
    assert said.out == f"{folder / 'c.npz'}: 6 words, 9 distinct pairs, 878 pairs\n"
    assert "100%" in said.err
    assert named(Counts.read(folder / "c.npz")) == pairs_of(TEXT, TEXT)
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.txt", "c.npz"]


def test_a_cap_keeps_the_most_frequent_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(command(folder, "--vocab-size", "3"))
    assert "3 words" in capsys.readouterr().out
    assert Counts.read(folder / "c.npz").vocabulary.words == ("the", "cat", "[unknown]")


def test_bytes_that_are_not_utf_8_are_counted_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.txt").write_bytes("das Mädchen, das Märchen".encode("latin-1"))
    main([str(tmp_path / "latin.txt"), "--out", str(tmp_path / "c.npz")])
    assert "2 of the words hold U+FFFD, which stands for bytes that are not UTF-8" in capsys.readouterr().out
    assert "m\ufffddchen" in Counts.read(tmp_path / "c.npz").vocabulary.words


def test_without_tqdm_the_progress_is_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mock.patch.dict(sys.modules, {"tqdm": None}):
        main(command(folder))
    assert capsys.readouterr().err.endswith("\r0 of 0 MB\n")


def test_numpy_is_all_that_is_needed(folder: Path) -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); from tinyml.count.__main__ import main; main(sys.argv[2:]);"
    program += "print(sorted({'dask', 'distributed', 'scipy', 'pandas'} & set(sys.modules)))"
    run = [sys.executable, "-c", program, str(ROOT), *command(folder)]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.endswith("[]\n")


BAD = {
    "missing.txt": (None, "there is no such file"),
    "binary.txt": (TEXT + b"\0" + TEXT, f"holds a zero byte at {len(TEXT)}, which no text in UTF-8 does"),
    "utf16.txt": ("the cat sat".encode("utf-16"), "holds a zero byte at 3"),
    "cut.gz": (gzip.compress(TEXT)[:-9], "is no whole gzip file"),
    "no.gz": (TEXT, "is no whole gzip file: Not a gzipped file"),
    "flipped.gz": (gzip.compress(TEXT)[:30] + b"\xff\xff" + gzip.compress(TEXT)[32:], "is no whole gzip file"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_and_the_others_are_kept(folder: Path, name: str) -> None:
    content, told = BAD[name]
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main([*command(folder), str(folder / name)])
    said = str(ended.value)
    assert said.startswith(f"{folder / name}: ")
    assert told in said
    assert f"are counted and kept in {folder / 'c.npz.parts'}; the same command goes on there" in said
    assert not (folder / "c.npz").exists()
    assert len(parts(folder)) >= 16
    with mock.patch("tinyml.count.work.add_up", side_effect=AssertionError("counted again")):
        assert main(command(folder)) == 0
    assert named(Counts.read(folder / "c.npz")) == pairs_of(TEXT, TEXT)


def test_every_bad_file_is_named_at_once(folder: Path) -> None:
    (folder / "binary.txt").write_bytes(b"\0")
    bad = [str(folder / name) for name in ("none.txt", "binary.txt", "a.txt/b", "*.text")]
    with pytest.raises(SystemExit) as ended:
        main([*command(folder), *bad])
    lines = str(ended.value).splitlines()
    assert [Path(line.split(": ")[0]).name for line in lines[:-1]] == ["*.text", "b", "none.txt", "binary.txt"]
    assert lines[-1].startswith("16 of 17 parts are counted and kept")


def test_what_is_no_regular_file_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for path in (folder / "pipe", Path("/dev/zero")):
        with pytest.raises(UnreadableText, match="is no regular file; a pipe or a device cannot be read twice"):
            TextFile.found(str(path))


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody who may not read everything, as root may."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_closed_file_is_named(folder: Path) -> None:
    (folder / "a.txt").chmod(0)
    with ordinary_user(), pytest.raises(UnreadableText, match="cannot be read: Permission denied"):
        TextFile.found(str(folder / "a.txt"))


def test_an_empty_file_adds_nothing_and_an_empty_corpus_is_refused(folder: Path) -> None:
    (folder / "empty.txt").touch()
    assert main([*command(folder), str(folder / "empty.txt")]) == 0
    assert named(Counts.read(folder / "c.npz")) == pairs_of(TEXT, TEXT)
    for content in (b"", b"word", b" \n... "):
        (folder / "empty.txt").write_bytes(content)
        with pytest.raises(SystemExit, match="empty input in corpus: at least 2 words in one file are needed"):
            main([str(folder / "empty.txt"), "--out", str(folder / "d.npz")])
    (folder / "nothing").mkdir()
    with pytest.raises(SystemExit, match="nothing: is a folder without a file"):
        main([str(folder / "nothing"), "--out", str(folder / "d.npz")])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vocab-size", "0"], "empty input in vocabulary: at least 1 is needed"),
        (["--vocab-size", "-3"], "vocabulary must be 1 or more; got -3"),
        (["--shard-size", "0"], "shard size must be 1 or more; got 0"),
        (["--jobs", "0"], "jobs must be 1 or more; got 0"),
        (["--out", "/nowhere/at/all.npz"], "there is no folder /nowhere/at"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_counted(
    folder: Path, arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command(folder), *arguments])
    assert told in str(ended.value)
    assert parts(folder) == []


@pytest.mark.parametrize("change", [TEXT.upper(), TEXT + TEXT])
def test_a_file_that_changes_before_it_is_read_is_told(folder: Path, change: bytes) -> None:
    path = folder / "a.txt"
    shard = Shard(TextFile.found(str(path)), 0, 10)
    path.write_bytes(change)
    os.utime(path, ns=(1, 1))
    outcome = count_part((shard,))
    assert isinstance(outcome, tuple)
    sizes = "" if len(change) == len(TEXT) else ", from 1880 to 3760 bytes"
    assert str(outcome[0]) == f"{path}: was changed while it was counted{sizes}"


def test_a_change_between_the_blocks_is_told(folder: Path) -> None:
    shard = Shard(TextFile.found(str(folder / "a.txt")), 0, len(TEXT))
    blocks = shard.blocks()
    next(blocks)
    (folder / "a.txt").write_bytes(TEXT[:100])
    with pytest.raises(UnreadableText, match="was changed while it was counted, from 1880 to 100 bytes"):
        list(blocks)


def test_a_file_that_was_changed_after_a_stop_is_counted_anew_and_the_others_are_not(folder: Path) -> None:
    with pytest.raises(SystemExit):
        main([*command(folder), "none.txt"])
    old = set(parts(folder))
    (folder / "b.txt").write_bytes(TEXT.replace(b"dog", b"cow"))
    with pytest.raises(SystemExit):
        main([*command(folder), "none.txt"])
    assert len(set(parts(folder)) - old) == len(old) / 2
    main(command(folder))
    assert named(Counts.read(folder / "c.npz")) == pairs_of(TEXT, TEXT.replace(b"dog", b"cow"))


LIMITED = ["sh", "-c", 'ulimit -f 6; exec "$@"', "sh"]  # files of six times 512 bytes


def test_a_full_disk_is_told_and_what_was_counted_is_kept(folder: Path) -> None:
    """A limit on the size of files stands for a full disk: the same call of the system fails in both."""
    (folder / "c.txt").write_bytes(b" ".join(b"%d" % number for number in range(3000)))
    arguments = ["a.txt", "b.txt", "c.txt", "--out", "c.npz", "--shard-size", "2000"]
    with counting(folder, *arguments, before=LIMITED) as process:
        output, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (1, "")
    assert "File too large" in error
    assert "Traceback" not in error
    assert re.search(r"1 of 8 parts are counted and kept in c\.npz\.parts; the same command goes on there", error)
    assert [path.name for path in folder.rglob("*") if path.name.startswith(".")] == []
    assert not (folder / "c.npz").exists()
    with counting(folder, *arguments) as again:  # as the disk is no longer full
        again.communicate(timeout=PATIENCE)
    assert len(Counts.read(folder / "c.npz").training_set) == 878 + 2999


def test_a_full_disk_at_the_end_keeps_the_old_counts(folder: Path) -> None:
    main(command(folder))
    before = (folder / "c.npz").read_bytes()
    full = [None] * 16 + [OSError(28, "No space left on device")]
    told = r"No space left on device(.|\n)*16 of 16 parts are counted and kept"
    with mock.patch("tinyml.count.parts.os.fsync", side_effect=full), pytest.raises(SystemExit, match=told):
        main(command(folder))
    assert (folder / "c.npz").read_bytes() == before
    assert len(parts(folder)) == 16


def test_an_interruption_when_a_part_is_just_in_its_place_is_told_as_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_its_place = os.replace

    def interrupted(beside: str, path: Path) -> None:
        in_its_place(beside, path)
        raise KeyboardInterrupt

    with mock.patch("tinyml.count.parts.os.replace", interrupted), pytest.raises(SystemExit) as stopped:
        main(command(folder))
    assert stopped.value.code == 130
    assert "interrupted\n1 of 16 parts" in capsys.readouterr().err


@pytest.fixture
def slow(folder: Path) -> Path:
    """A corpus that takes some seconds, in shards of some milliseconds."""
    (folder / "slow.txt").write_bytes(TEXT * 2000)
    return folder


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_goes_on_and_ends_the_same(slow: Path, how: signal.Signals) -> None:
    arguments = ["slow.txt", "--out", "c.npz", "--shard-size", "20000"]
    with counting(slow, *arguments) as process:
        assert waited_for(lambda: len(parts(slow)) > 3)
        process.send_signal(how)
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == (130 if how is signal.SIGINT else -how)
    kept = parts(slow)
    assert 3 < len(kept) < 188
    assert not (slow / "c.npz").exists()
    if how is signal.SIGINT:
        assert "Traceback" not in error
        assert re.search(r"interrupted\n\d+ of 188 parts are counted and kept in c.npz.parts", error)
    stamps = {path: path.stat().st_mtime_ns for path in kept}
    with counting(slow, *arguments, "none.txt") as again:  # which keeps the parts
        again.communicate(timeout=PATIENCE)
    assert {path: path.stat().st_mtime_ns for path in kept} == stamps
    assert len(parts(slow)) == 188
    with counting(slow, *arguments) as again:
        again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    whole = count_corpus([str(slow / "slow.txt")], slow / "whole.npz")
    assert named(whole) == pairs_of(TEXT * 2000)
    assert (slow / "c.npz").read_bytes() == (slow / "whole.npz").read_bytes()
    assert parts(slow) == []


def test_without_dask_several_jobs_are_refused(folder: Path) -> None:
    told = "several processes need Dask: install the package distributed"
    with mock.patch.dict(sys.modules, {"distributed": None}), pytest.raises(SystemExit, match=told):
        main(command(folder, "--jobs", "2"))
