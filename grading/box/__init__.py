"""The box: where answers run, and how the checks outside talk with them.

    box         one process behind walls
    process     how it begins and ends, and the spare beside it
    walls       how they are built
    calls       what it may not ask of the kernel
    clock       the seconds that it had
    memory      the bytes that all its processes hold
    doctor      whether a box holds on this machine
    inside      what runs in it
    shell       what cells find there in place of a notebook
    wire        messages between the two sides
    writing     how a value becomes one
    reading     how one becomes a value, or is refused
    arrays      the same for what numpy has
    proxies     what stays on the other side
    parcel      a value on its way to another box

The box itself sees `inside` and what follows it, and no other part of the grader.
"""
