"""How many cases a property test draws, where a hundred are too few for its law, or each takes long."""

from __future__ import annotations

from hypothesis import settings


def draws(count: int) -> settings:
    """Let a test draw so many cases where others draw a hundred.

    Under a profile that draws fewer everywhere, as `quick` does, this test draws fewer in proportion.
    """
    return settings(max_examples=max(1, count * settings().max_examples // 100))
