"""Submissions of every kind, honest and hostile, each with the points that an honest marker would give."""

from . import (
    broken,
    exits,
    files,
    formats,
    honest,
    isolation,
    messages,
    mistakes,
    peeking,
    protocol,
    remains,
    resources,
    tampering,
)
from .entry import Entry

TABLES = (
    *(honest, mistakes, broken, formats, resources, exits, tampering, peeking),
    *(isolation, remains, protocol, messages, files),
)
ENTRIES: list[Entry] = [entry for module in TABLES for entry in module.ENTRIES]
