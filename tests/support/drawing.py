"""How many cases a test tries, where a hundred are too few for its law, or each takes long."""

from __future__ import annotations

from hypothesis import settings


def draws(count: int) -> settings:
    """Let a test draw so many cases where others draw a hundred.

    Under a profile that draws fewer everywhere, as `quick` does, this test draws fewer in proportion.
    """
    return settings(max_examples=share_of(count))


def share_of(count: int) -> int:
    """Return how many of so many cases are tried, where the profile draws a hundred for this many."""
    return max(1, count * settings().max_examples // 100)
