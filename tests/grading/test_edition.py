"""grading.marking.edition: whatever a mark depends on changes the edition of the grader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grading.marking.edition import FOLDERS, PACKAGES, digest, edition, sources, version_of

names = st.text(max_size=5)
tables = st.tuples(st.dictionaries(names, st.binary(max_size=5)), st.dictionaries(names, names))


@given(tables, tables)
def test_editions_are_the_same_when_all_sources_and_versions_are(
    one: tuple[dict[str, bytes], dict[str, str]], other: tuple[dict[str, bytes], dict[str, str]]
) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)
    assert digest(*one) == digest(*(dict(reversed(table.items())) for table in one))  # type: ignore[arg-type]


def test_every_source_that_a_worker_or_the_box_loads_counts() -> None:
    code = """
import sys, tinyml, grading.marking.run, grading.marking.cluster, grading.box.inside
tinyml.public_names()
print(*(m.__file__ for n, m in sys.modules.items() if n.startswith(("tinyml.", "grading.")) and m.__file__), sep="\\n")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {Path(line) for line in run.stdout.splitlines()}
    counted = {path for place in sources() for folder in FOLDERS if (path := folder.parent / place).is_file()}
    assert len(loaded) > 50
    assert loaded <= counted
    assert len(counted) == len(sources())


def test_every_version_counts() -> None:
    assert all(version_of(name) != "missing" for name in PACKAGES)
    assert version_of("no-such-package") == "missing"
    assert edition() == digest(sources(), {"python": sys.version, **{name: version_of(name) for name in PACKAGES}})
