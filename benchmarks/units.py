"""Write times and sizes in the unit that reads best."""

from __future__ import annotations


def seconds(value: float) -> str:
    """Write a time.

    >>> seconds(0.0123), seconds(4.5e-05), seconds(2.6e-09), seconds(-0.002)
    ('12.3 ms', '45 µs', '2.6 ns', '-2 ms')
    """
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns")):
        if abs(value) * factor >= 1 or unit == "ns":
            return f"{value * factor:.3g} {unit}"
    raise AssertionError


def megabytes(value: float) -> str:
    """Write a size.

    >>> megabytes(16_900_000), megabytes(48_000)
    ('16.9 MB', '0.048 MB')
    """
    return f"{value / 1e6:.3g} MB"
