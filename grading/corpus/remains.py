"""Submissions that leave something behind: processes and files, which go with the box."""

from __future__ import annotations

from .entry import Table, before

add = Table("isolation")
ENTRIES = add.entries

DAEMON = """\
import os, signal, time
for number in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.closerange(0, 64)
            while True:
                time.sleep(1)
        os._exit(0)"""
add("daemons", "processes that stay behind", before("shares", DAEMON))
add(
    "daemons-and-an-end",
    "processes that stay behind one that dies",
    before("shares", f"{DAEMON}\nos._exit(0)"),
    "shares",
)
add(
    "hoarders",
    "processes that stay behind and hold together what one may not, and a cell that waits",
    before(
        "shares",
        """\
import os, time
for number in range(12):
    if os.fork() == 0:
        own = bytearray(os.urandom(2 ** 20) * 300)
        time.sleep(1000)
time.sleep(1000)""",
    ),
    "shares",
)
add(
    "busy-child",
    "a child that computes for ever, and an answer",
    before(
        "shares",
        """\
import os
if os.fork() == 0:
    os.closerange(0, 64)
    while True:
        pass""",
    ),
)
