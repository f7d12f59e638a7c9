"""grading.box.calls: what the filter says to each call, by the kernel's own numbers, and what a box is answered."""

from __future__ import annotations

import errno
import os
import platform
import struct
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

import pyseccomp
import pytest

from grading.box import calls, doctor
from grading.box.box import Box
from grading.box.walls import NoSandbox, walls

ROOT = Path(__file__).parents[2]
ALLOW = pyseccomp.ALLOW
REFUSE, UNKNOWN = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(errno.ENOSYS)
X86_64, AARCH64 = pyseccomp.Arch.X86_64, pyseccomp.Arch.AARCH64
NUMBERS = """
    unshare             272   97
    setns               308  268
    mount               165   40
    umount2             166   39
    pivot_root          155   41
    chroot              161   51
    shmget               29  194
    shmat                30  196
    shmctl               31  195
    semget               64  190
    msgget               68  186
    memfd_create        319  279
    ptrace              101  117
    process_vm_readv    310  270
    process_vm_writev   311  271
    kcmp                312  272
    open_by_handle_at   304  265
    add_key             248  217
    request_key         249  218
    keyctl              250  219
    perf_event_open     298  241
    bpf                 321  280
    userfaultfd         323  282
    io_uring_setup      425  425
    io_uring_enter      426  426
    io_uring_register   427  427
    open_tree           428  428
    move_mount          429  429
    fsopen              430  430
    fsconfig            431  431
    fsmount             432  432
    fspick              433  433
    pidfd_getfd         438  438
    mount_setattr       442  442
    memfd_secret        447  447
"""
"""The refused calls and their numbers on the two processors, from the tables of the kernel."""
COLUMN = {X86_64: 1, AARCH64: 2}
CLONE, CLONE3 = {X86_64: 56, AARCH64: 220}, 435
READ_WRITE_OPEN = {X86_64: (0, 1, 257), AARCH64: (63, 64, 56)}
NAMESPACES = {
    "time": 0x80, "mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000,
    "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000,
}  # fmt: skip
A_THREAD, A_PROCESS = 0x3D0F00, 0x1200011
"""The flags with which the C library makes them."""
X32 = 0x40000000
both = pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])


@cache
def lines(machine: int) -> list[tuple[int, int, int, int]]:
    with TemporaryFile() as file:
        calls.write(file, architecture=machine)
        file.seek(0)
        return list(struct.iter_unpack("=HBBI", file.read()))


def answer(machine: int, number: int, flags: int = 0, asked_as: int | None = None) -> int:
    """Return what the filter of a processor says to a call, as the kernel would run it."""
    data = struct.pack("=iIQ6Q", number, asked_as or machine, 0, flags, *[0] * 5)
    code, place, found = lines(machine), 0, 0
    while True:
        operation, yes, no, value = code[place]
        place += 1
        match operation:
            case 0x20:  # load
                (found,) = struct.unpack_from("=I", data, value)
            case 0x54:  # and
                found &= value
            case 0x05:  # jump
                place += value
            case 0x15 | 0x25 | 0x35 | 0x45:  # equal, greater, at least, any bit
                met = {0x15: found == value, 0x25: found > value, 0x35: found >= value, 0x45: found & value}
                place += yes if met[operation] else no
            case 0x06:
                return value
            case _:
                raise NotImplementedError(hex(operation))


@both
def test_the_calls_that_are_named_are_refused_by_their_numbers(machine: int) -> None:
    rows = [line.split() for line in NUMBERS.strip().splitlines()]
    assert {row[0] for row in rows} == set(calls.REFUSED.split())
    for row in rows:
        assert answer(machine, int(row[COLUMN[machine]])) == REFUSE, row[0]


@both
def test_other_calls_are_allowed(machine: int) -> None:
    refused = {int(line.split()[COLUMN[machine]]) for line in NUMBERS.strip().splitlines()}
    others = set(range(470)) - refused - {CLONE3}
    assert {answer(machine, number) for number in others} == {ALLOW}
    assert set(READ_WRITE_OPEN[machine]) < others


@both
def test_threads_and_processes_can_be_made_and_namespaces_cannot(machine: int) -> None:
    assert answer(machine, CLONE[machine], A_THREAD) == answer(machine, CLONE[machine], A_PROCESS) == ALLOW
    for flag in NAMESPACES.values():
        assert answer(machine, CLONE[machine], flag) == answer(machine, CLONE[machine], A_PROCESS | flag) == REFUSE
    assert sum(NAMESPACES.values()) == calls.NEW_NAMESPACE
    assert answer(machine, CLONE3, A_PROCESS) == UNKNOWN


def test_calls_by_another_interface_are_refused() -> None:
    for number in READ_WRITE_OPEN[X86_64]:
        assert answer(X86_64, X32 + number) == REFUSE
        assert answer(X86_64, number, asked_as=pyseccomp.Arch.X86) == REFUSE
    for number in READ_WRITE_OPEN[AARCH64]:
        assert answer(AARCH64, number, asked_as=pyseccomp.Arch.ARM) == REFUSE


ASKED = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def error(number, *arguments):
    libc.syscall(ctypes.c_long(number), *arguments)
    return errno.errorcode.get(ctypes.get_errno(), "none")
"""


@pytest.mark.usefixtures("bubblewrap")
def test_a_box_is_answered_so() -> None:
    with Box() as one:
        one.start()
        one.run(ASKED, "asked")
        error = one.get("error")
        assert error(CLONE3, 0, 0) == "ENOSYS"  # without the filter EINVAL
        assert error(431, -1, 0) == "EPERM"  # fsconfig, otherwise EINVAL or EBADF
        if platform.machine() == "x86_64":
            assert error(X32 + 39) == "EPERM"  # otherwise ENOSYS, where the kernel has no x32, or none


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize(
    ("reason", "words"),
    [("Unable to find libseccomp", r"libseccomp \(Unable to find libseccomp\): `apt install libseccomp2`"),
     ("No module named 'pyseccomp'", r"\(No module named 'pyseccomp'\).* `pip install pyseccomp`")],
)  # fmt: skip
def test_without_the_library_there_is_no_box_and_the_doctor_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], reason: str, words: str
) -> None:
    calls.trouble.cache_clear()
    monkeypatch.setattr(calls, "MISSING", reason)
    try:
        with pytest.raises(NoSandbox, match=words):
            walls()
        assert doctor.look() == 1
        assert f"libseccomp   {reason}" in capsys.readouterr().out
        with Box(trusted=True) as one:
            one.start()
            one.run("x = 1", "cell")
            assert one.get("x") == 1
    finally:
        calls.trouble.cache_clear()


@pytest.mark.parametrize(
    ("lacking", "reason"),
    [
        ("import sys; sys.modules['pyseccomp'] = None", "import of pyseccomp halted; None in sys.modules"),
        ("import ctypes.util as u; f = u.find_library; u.find_library = lambda n: n != 'seccomp' and f(n) or None",
         "Unable to find libseccomp"),
    ],
)  # fmt: skip
def test_what_is_missing_is_found_when_the_grader_is_loaded(lacking: str, reason: str) -> None:
    code = f"{lacking}\nfrom grading.box import calls\nprint(calls.trouble())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == f"{reason}\n"


def test_a_library_that_does_not_know_a_call_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.trouble.cache_clear()
    monkeypatch.setattr(calls, "REFUSED", f"{calls.REFUSED} a_call_of_next_year")
    try:
        assert calls.trouble() == "it is too old to know all calls that are to be refused"
    finally:
        calls.trouble.cache_clear()


def test_the_filter_is_closed_again() -> None:
    with calls.filtered() as file:
        assert os.read(file, 2**16) == b"".join(struct.pack("=HBBI", *line) for line in lines(pyseccomp.system_arch()))
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)
