"""The box: where answers run, and how the checks outside talk with them.

    box         one process behind walls
    calls       what it may not ask of the kernel
    clock       the seconds that it had
    inside      what runs in it
    wire        which values cross
    proxies     what stays on the other side
    doctor      whether a box holds on this machine

The box itself sees `inside`, `wire` and `proxies`, and no other part of the grader.
"""
