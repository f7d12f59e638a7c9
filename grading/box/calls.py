"""Calls: what a process in the box may not ask of the kernel, as a filter that bubblewrap installs.

    namespaces and mounts       a box in the box, whose scratch space would have no limit
    shared and unnamed memory   memory that the limit of a process does not count
    tracing, keys, io_uring     doors that no exercise needs

A refused call fails with EPERM, as does every call by another interface than the processor's own (x32, 32 bits);
clone3, whose arguments a filter cannot see, fails with ENOSYS, after which the C library takes clone.  libseccomp
knows the numbers of the calls and assembles the filter; without it nothing is graded.
Checked by tests/grading/test_calls.py, and in the box by tests/grading/test_corpus.py, which makes these calls.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

try:
    import pyseccomp
except (ImportError, RuntimeError) as error:  # the second: the package is there, and the system's library is not
    MISSING = str(error)
else:
    MISSING = ""

REFUSED = """
    unshare setns mount umount2 pivot_root chroot
    open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr
    shmget shmat shmctl semget msgget memfd_create memfd_secret
    ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd open_by_handle_at
    add_key request_key keyctl
    io_uring_setup io_uring_enter io_uring_register
    perf_event_open bpf userfaultfd
"""
NEW_NAMESPACE = 0x7E020080
"""Every flag of clone that makes a namespace."""
FLAGS = 1 if platform.machine().startswith("s390") else 0
"""Which argument of clone they are."""


def write(stream: BinaryIO, *, architecture: int | None = None) -> None:
    """Write the filter as the kernel reads it, for this processor or another with its order of bytes."""
    refuse, unknown = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(errno.ENOSYS)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    if architecture is not None and architecture != pyseccomp.system_arch():
        rules.add_arch(architecture)
        rules.remove_arch(pyseccomp.Arch.NATIVE)
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, refuse)
    for name in REFUSED.split():
        rules.add_rule(refuse, name)
    rules.add_rule(unknown, "clone3")
    for flag in (1 << bit for bit in range(32) if NEW_NAMESPACE >> bit & 1):
        rules.add_rule(refuse, "clone", pyseccomp.Arg(FLAGS, pyseccomp.MASKED_EQ, flag, flag))
    rules.export_bpf(stream)


@cache
def trouble() -> str:
    """Return why there is no filter here, or nothing."""
    if MISSING:
        return MISSING
    try:
        with open(os.devnull, "wb") as nowhere:
            write(nowhere)
    except OSError:
        return "it is too old to know all calls that are to be refused"
    return ""


@contextlib.contextmanager
def filtered() -> Iterator[int]:
    """Yield an open file with the filter, which bubblewrap has to be given."""
    outlet, inlet = os.pipe()  # which holds much more than the filter
    try:
        with os.fdopen(inlet, "wb") as stream:
            write(stream)
        yield outlet
    finally:
        os.close(outlet)
