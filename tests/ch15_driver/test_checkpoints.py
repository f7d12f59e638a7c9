"""Checkpoints: what was written is read, a kill leaves a whole file, and what is no checkpoint is refused in words."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_kills import state_of
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_drivers import adamw_across, affine, batch, drawn_arrays
from small_optimisers import INPUTS, OPTIMISERS, TARGETS, VECTOR, learner, seeds, stream

from tinyml import (
    InvalidScalar,
    Product,
    StepCount,
    UnusableCheckpoint,
    WrongType,
    deviation,
    dithered,
    iterate,
    momentum,
    read_checkpoint,
    starting,
    train_step,
    write_checkpoint,
)
from tinyml.ch12_para.trees import flat
from tinyml.ch15_driver import checkpoints

SUPPORT = Path(__file__).parents[1] / "support"
formats = st.sampled_from([np.float16, np.float32, np.float64])


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Any:
    """Draw a tree of pairs and tuples, whose leaves are arrays of any format, doubles and whole numbers."""
    kind = draw(st.sampled_from(["array", "double", "count", "product", "tuple"] if depth else ["array", "count"]))
    if kind == "product":
        return Product(draw(trees(depth - 1)), draw(trees(depth - 1)))
    if kind == "tuple":
        return tuple(draw(trees(depth - 1)) for _ in range(draw(st.integers(0, 3))))
    if kind == "double":
        return draw(st.floats(allow_nan=False, allow_infinity=False))
    if kind == "count":
        return draw(st.integers(-(2**63), 2**63 - 1))
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=3)))
    return np.random.default_rng(draw(seeds)).normal(size=shape).astype(draw(formats))


def same(one: Any, other: Any) -> bool:
    """Say whether two trees are equal to the last bit, formats and kinds included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Product):
        return same(one.first, other.first) and same(one.second, other.second)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    return bool(np.float64(one).tobytes() == np.float64(other).tobytes()) if isinstance(one, float) else one == other


def blank(state: Any) -> Any:
    """Return a tree of the same form, of zeros."""
    if isinstance(state, Product):
        return Product(blank(state.first), blank(state.second))
    if isinstance(state, tuple):
        return tuple(map(blank, state))
    return np.zeros_like(state) if isinstance(state, np.ndarray) else type(state)()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


@draws(60)
@given(trees())
def test_what_was_written_is_read_to_the_last_bit(folder: Path, state: Any) -> None:
    path = folder / "round.npz"
    write_checkpoint(path, state)
    assert same(read_checkpoint(path, like=blank(state)), state)
    assert same(read_checkpoint(str(path), like=state), state)


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@draws(5)
@given(seeds, st.integers(1, 4), st.integers(0, 12))
def test_a_run_that_was_resumed_is_the_run(folder: Path, name: str, number: int, size: int, cut: int) -> None:
    update = OPTIMISERS[name](size)
    start, changes = stream(number, size)
    state = begun = starting(update, start)
    for change in changes[:cut]:
        state = update.backward(update.forward(state)[1], change)
    write_checkpoint(folder / "run.npz", state)
    resumed = read_checkpoint(folder / "run.npz", like=begun)
    assert same(resumed, state)
    for change in changes[cut:]:
        state = update.backward(update.forward(state)[1], change)
        resumed = update.backward(update.forward(resumed)[1], change)
    assert same(resumed, state)


def test_fifty_steps_and_thirty_from_a_checkpoint_are_eighty_also_when_they_are_dithered(tmp_path: Path) -> None:
    update = dithered(momentum(flat(45), 0.5), "half", 3)
    step = learner(update).step(INPUTS, TARGETS)
    begun = starting(update, VECTOR)
    write_checkpoint(tmp_path / "run.npz", iterate(step, begun, StepCount(50)))
    resumed = read_checkpoint(tmp_path / "run.npz", like=begun)
    assert deviation(iterate(step, resumed, StepCount(30)), iterate(step, begun, StepCount(80))) == 0


def test_a_driven_run_goes_on_from_its_parameters_and_what_its_optimiser_remembers(tmp_path: Path) -> None:
    rule = adamw_across("half")
    inputs, target = batch(1)
    arrays, state = drawn_arrays(1, [(3, 2), (2,)], np.float16), None
    ends: list[Any] = []
    for done in range(8):
        if done == 5:
            write_checkpoint(tmp_path / "run.npz", (arrays, state))
            ends.append((arrays, state))
        _, arrays, state = train_step((inputs,), target, "mse", arrays, *affine(arrays), rule, state)
    begun = drawn_arrays(2, [(3, 2), (2,)], np.float16)
    resumed, memory = read_checkpoint(tmp_path / "run.npz", like=(begun, rule.start(begun)))
    assert same((resumed, memory), ends[0])
    for _ in range(3):
        _, resumed, memory = train_step((inputs,), target, "mse", resumed, *affine(resumed), rule, memory)
    assert same((resumed, memory), (arrays, state))


def killed_at(path: Path, write: int, number: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SUPPORT / "checkpoint_kills.py"), str(path), str(write), str(number)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_kill_between_any_two_writes_leaves_the_last_good_checkpoint_or_this_one(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    whole = killed_at(path, 0, 1)
    assert whole.returncode == 0, whole.stderr
    writes = int(whole.stdout)
    assert writes > 12
    seen = set()
    chosen = sorted({*range(1, writes + 1, max(1, writes // 10)), writes - 2, writes - 1, writes})
    for place, write in enumerate(chosen):
        before = read_checkpoint(path, like=state_of(0))
        assert killed_at(path, write, place + 2).returncode == 9
        after = read_checkpoint(path, like=state_of(0))
        new = same(after, state_of(place + 2))
        assert new or same(after, before)
        seen.add(new)
    assert seen == {False, True}  # killed while the name of the new one was brought to the disk, it is there
    write_checkpoint(path, state_of(99))
    assert same(read_checkpoint(path, like=state_of(0)), state_of(99))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("where", ["savez", "fsync", "replace"])
def test_a_disk_that_is_full_leaves_the_last_checkpoint_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, number: int
) -> None:
    path = tmp_path / "run.npz"
    write_checkpoint(path, state_of(1))

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    target: Any = {"savez": np, "fsync": os, "replace": Path}[where]
    monkeypatch.setattr(target, where, fail)
    with pytest.raises(UnusableCheckpoint, match=f"could not be written: {os.strerror(number)}"):
        write_checkpoint(path, state_of(2))
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.npz"]
    assert same(read_checkpoint(path, like=state_of(0)), state_of(1))


def test_an_interruption_leaves_the_last_checkpoint_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.npz"
    write_checkpoint(path, state_of(1))

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", stop)
    with pytest.raises(KeyboardInterrupt):
        write_checkpoint(path, state_of(2))
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.npz"]
    assert same(read_checkpoint(path, like=state_of(0)), state_of(1))


def test_a_folder_that_is_not_there_and_a_file_that_is_not_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableCheckpoint, match=r"none/run\.npz: it could not be written: No such file"):
        write_checkpoint(tmp_path / "none" / "run.npz", state_of(1))
    with pytest.raises(UnusableCheckpoint, match=r"run\.npz: it could not be read: No such file"):
        read_checkpoint(tmp_path / "run.npz", like=state_of(1))
    with pytest.raises(UnusableCheckpoint, match="it is no file"):
        read_checkpoint(tmp_path, like=state_of(1))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.npz")
    with pytest.raises(UnusableCheckpoint, match="it is no file"):
        read_checkpoint(tmp_path / "run.npz", like=state_of(1))


def test_a_file_that_is_torn_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    write_checkpoint(path, state_of(3))
    whole = path.read_bytes()
    for length in {0, 1, 4, 30, *range(0, len(whole), 97), len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(UnusableCheckpoint, match=r"torn|damaged|foreign"):
            read_checkpoint(path, like=state_of(0))


@draws(60)
@given(seeds)
def test_a_file_of_which_a_byte_was_changed_is_refused_or_says_what_it_said(folder: Path, number: int) -> None:
    path = folder / "changed.npz"
    write_checkpoint(path, state_of(3))
    whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(number)
    whole[rng.integers(len(whole))] ^= int(rng.integers(1, 256))
    path.write_bytes(whole)
    try:
        found = read_checkpoint(path, like=state_of(0))
    except UnusableCheckpoint:
        return
    assert same(found, state_of(3))  # the byte was a date, or another that nobody reads


def test_a_number_of_which_a_bit_was_changed_is_refused(folder: Path) -> None:
    path = folder / "bit.npz"
    write_checkpoint(path, Product(np.full(40, 0.1), 3))
    whole = bytearray(path.read_bytes())
    place = bytes(whole).index(np.float64(0.1).tobytes())
    for bit in range(64):
        changed = bytearray(whole)
        changed[place + bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(UnusableCheckpoint, match="it is torn"):
            read_checkpoint(path, like=Product(np.zeros(40), 0))


def test_a_file_is_on_the_disk_before_it_takes_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def told(name: str, call: Any) -> Any:
        def instead(*arguments: Any) -> Any:
            done.append(name)
            return call(*arguments)

        return instead

    monkeypatch.setattr(os, "fsync", told("sync", os.fsync))
    monkeypatch.setattr(Path, "replace", told("name", Path.replace))
    write_checkpoint(tmp_path / "run.npz", state_of(1))
    assert done[:2] == ["sync", "name"]


class Trap:
    """What runs when a pickle is loaded."""

    fired: list[int] = []  # noqa: RUF012

    def __reduce__(self) -> Any:
        return Trap.fired.append, (1,)


def packed(note: Any, arrays: Any, pack: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive with a note and the bytes of arrays, by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", pack) as archive:
        text = note if isinstance(note, bytes) else json.dumps(note).encode()
        archive.writestr("note.npy", of_numpy(np.frombuffer(text, np.uint8)))
        for name, member in arrays:
            archive.writestr(name, member)
    return stream.getvalue()


def of_numpy(array: Any, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=allow_pickle)
    return stream.getvalue()


LIKE = np.zeros(3)
NOTE = {"kind": "tinyml checkpoint", "version": 1, "form": "float64 [3]"}
GOOD = of_numpy(np.ones(3))


def claiming(shape: str) -> bytes:
    """Return an array whose header says that it has a shape, and which has three numbers."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    return b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + header.ljust(117).encode() + b"\n" + bytes(24)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "no archive": (b"x" * 500, "torn, or no checkpoint"),
    "a pickle": (pickle.dumps(Trap()), "torn, or no checkpoint"),
    "another archive": (packed({}, [])[:0] + b"PK\x05\x06" + bytes(18), "foreign"),
    "a note of something else": (packed({"kind": "other"}, [("0.npy", GOOD)]), "foreign"),
    "a list for a note": (packed([1], [("0.npy", GOOD)]), "foreign"),
    "no JSON in the note": (packed(b"{", [("0.npy", GOOD)]), "damaged"),
    "a deep note": (packed(b"[" * 100_000, [("0.npy", GOOD)]), "damaged"),
    "a later version": (packed(NOTE | {"version": 2}, [("0.npy", GOOD)]), "of version 2, and this program reads 1"),
    "an older version": (packed(NOTE | {"version": 0}, [("0.npy", GOOD)]), "of version 0, and this program reads 1"),
    "a version that is none": (packed(NOTE | {"version": "x" * 999}, [("0.npy", GOOD)]), "of version"),
    "another form": (packed(NOTE | {"form": "float64 [4]"}, [("0.npy", of_numpy(np.ones(4)))]), "has the form"),
    "an endless form": (packed(NOTE | {"form": ["x"] * 9999}, [("0.npy", GOOD)]), "has the form"),
    "too few arrays": (packed(NOTE, []), "has 0 arrays, and the run to resume has 1"),
    "too many arrays": (packed(NOTE, [("0.npy", GOOD), ("1.npy", GOOD)]), "has 2 arrays"),
    "another name": (packed(NOTE, [("../0.npy", GOOD)]), "arrays"),
    "an array twice": (packed(NOTE, [("0.npy", GOOD), ("0", GOOD)]), "has 2 arrays"),
    "another shape": (packed(NOTE, [("0.npy", of_numpy(np.ones((3, 1))))]), "damaged"),
    "another format": (packed(NOTE, [("0.npy", of_numpy(np.ones(3, np.float32)))]), "damaged"),
    "other bytes first": (packed(NOTE, [("0.npy", of_numpy(np.ones(3, ">f8")))]), "damaged"),
    "columns first": (packed(NOTE, [("0.npy", of_numpy(np.asfortranarray(np.ones((2, 2)))))]), "damaged"),
    "no number": (packed(NOTE, [("0.npy", of_numpy(np.array([1.0, np.nan, 1.0])))]), "not finite"),
    "a pickle inside": (
        packed(NOTE, [("0.npy", of_numpy(np.array([Trap(), 1, 2], object), allow_pickle=True))]),
        "damaged",
    ),
    "no header": (packed(NOTE, [("0.npy", b"\x93NUMPY")]), "damaged"),
    "a header that is code": (packed(NOTE, [("0.npy", claiming("exit()"))]), "damaged"),
    "a giant shape": (packed(NOTE, [("0.npy", claiming("(10**15,)"))]), "damaged"),
    "a giant shape in digits": (packed(NOTE, [("0.npy", claiming("(1000000000000000,)"))]), "damaged"),
    "numbers that are left over": (packed(NOTE, [("0.npy", GOOD + bytes(8))]), "damaged"),
    "an array that is too large": (packed(NOTE, [("0.npy", of_numpy(np.ones(9000)))]), "more than it can have"),
    "packed zeros": (packed(NOTE, [("0.npy", of_numpy(np.zeros(10**7)))], zipfile.ZIP_DEFLATED), "it is packed"),
    "a file that is too large": (packed(NOTE, [("0.npy", GOOD)]) + bytes(2_000_000), "more than a state of this form"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_is_no_checkpoint_of_this_run_is_refused_in_words(tmp_path: Path, name: str) -> None:
    content, told = HOSTILE[name]
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(UnusableCheckpoint, match=told) as raised:
        read_checkpoint(path, like=LIKE)
    assert str(path) in str(raised.value)
    assert len(str(raised.value)) < 400 + len(str(path))
    assert Trap.fired == []


def test_the_same_archive_by_hand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(packed(NOTE, [("0.npy", GOOD)]))
    assert same(read_checkpoint(path, like=LIKE), np.ones(3))


def test_nothing_that_was_read_can_be_changed(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "run.npz", Product(np.ones(2), 1))
    found = read_checkpoint(tmp_path / "run.npz", like=Product(np.zeros(2), 0))
    with pytest.raises(ValueError, match="read-only"):
        found.first[0] = 2.0


def test_a_checkpoint_takes_no_more_than_its_numbers_and_a_note(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "run.npz", np.zeros(1000, np.float16))
    assert 2000 < (tmp_path / "run.npz").stat().st_size < 3000


@pytest.mark.parametrize("leaf", [True, "text", None, np.zeros(2, int), [1.0], 2**63, 1j, np.longdouble(1)])
def test_a_leaf_of_another_kind_is_refused(tmp_path: Path, leaf: Any) -> None:
    with pytest.raises((WrongType, Exception)) as raised:
        write_checkpoint(tmp_path / "run.npz", Product(1.0, leaf))
    assert type(raised.value).__module__ == "tinyml.errors"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("leaf", [float("nan"), float("inf"), np.array([1.0, np.nan])])
def test_a_number_that_is_not_finite_is_not_written(tmp_path: Path, leaf: Any) -> None:
    with pytest.raises(InvalidScalar, match="a checkpoint must be finite"):
        write_checkpoint(tmp_path / "run.npz", (leaf,))


def test_a_folder_is_brought_to_the_disk_where_a_system_can_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    checkpoints.bring_to_disk(tmp_path)
    assert len(synced) == 1
    monkeypatch.delattr(os, "O_DIRECTORY")
    checkpoints.bring_to_disk(tmp_path)
    assert len(synced) == 1
