"""Calls: what a process in the box may not ask of the kernel, as a filter that bubblewrap installs.

    namespaces and mounts       a box in the box, whose scratch space would have no limit
    shared and unnamed memory   memory that the limit of a process does not count
    tracing, keys, io_uring     doors that no exercise needs

A refused call fails with EPERM, and clone3, whose arguments a filter cannot see, with ENOSYS, after which the C
library takes clone.  On another processor than these two there is no filter, and the walls have to do.
Checked by tests/grading/test_corpus.py, which makes these calls.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import struct
from collections.abc import Iterator

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE, CLONE3 = {"x86_64": 56, "aarch64": 220}, 435
NEW_NAMESPACE = 0x7E020080
"""Every flag of clone that makes a namespace."""
FOREIGN = 0x40000000
"""From here on x86-64 numbers the calls of another interface, x32."""

REFUSED = """
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
"""The calls, with their numbers on the two processors."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, FAIL = 0x7FFF0000, 0x00050000


def program(machine: str) -> bytes | None:
    """Return the filter as the kernel reads it, for a processor, or None where there is none."""
    if machine not in ARCHITECTURES:
        return None
    column = 1 + list(ARCHITECTURES).index(machine)
    numbers = [int(line.split()[column]) for line in REFUSED.strip().splitlines()]
    tests = [
        (LOAD, ARCHITECTURE, "", ""),
        (EQUAL, ARCHITECTURES[machine], "", "refuse"),
        (LOAD, NUMBER, "", ""),
        (AT_LEAST, FOREIGN, "refuse", ""),
        *((EQUAL, number, "refuse", "") for number in numbers),
        (EQUAL, CLONE3, "unknown", ""),
        (EQUAL, CLONE[machine], "", "allow"),
        (LOAD, FIRST_ARGUMENT, "", ""),
        (ANY_BIT, NEW_NAMESPACE, "refuse", "allow"),
    ]
    ends = {"allow": ALLOW, "refuse": FAIL | errno.EPERM, "unknown": FAIL | errno.ENOSYS}
    places = {"": 0} | {name: len(tests) + k for k, name in enumerate(ends)}
    lines = [
        (code, *(places[target] - here - 1 if target else 0 for target in (yes, no)), value)
        for here, (code, value, yes, no) in enumerate(tests)
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in [*lines, *((RETURN, 0, 0, end) for end in ends.values())])


@contextlib.contextmanager
def filtered() -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Yield what tells bubblewrap of the filter, and the files that it has to be given for it."""
    content = program(platform.machine())
    if content is None:
        yield [], ()
        return
    outlet, inlet = os.pipe()
    try:
        os.write(inlet, content)
        os.close(inlet)
        yield ["--seccomp", str(outlet)], (outlet,)
    finally:
        os.close(outlet)
