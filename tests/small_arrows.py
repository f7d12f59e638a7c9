"""Arrows of whole numbers that several files of tests compose."""

from __future__ import annotations

from tinyml import arrow


@arrow(int, int)
def double(n: int) -> int:
    return 2 * n


@arrow(int, int)
def increment(n: int) -> int:
    return n + 1


@arrow(int, str)
def digits(n: int) -> str:
    return str(n)
