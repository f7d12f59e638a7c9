"""Honest outputs: notebooks run again when the package that they import, or a pin, has changed.

The cache of executed notebooks looks at their code cells alone.  Here the cache, and the pages made from
it, carry the hash of everything else that an output depends on; when it differs they are thrown away.
A kernel may take its time to start, as it does on a busy machine.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.execute import cache as running
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

STAMP = "made-with"
PATIENCE = 600  # seconds for a kernel to start


def fingerprint(root: Path) -> str:
    """Return the hash of the package, the pins and the version of Python."""
    return hash_files(
        root, [*(root / "tinyml").rglob("*"), root / "requirements.txt"], f"Python {sys.version_info[:2]}"
    )


def hash_files(root: Path, paths: Iterable[Path], *more: str) -> str:
    """Return one hash of the names and contents of files, whatever their order, without caches."""
    total = hashlib.sha256("\n".join(more).encode())
    for path in sorted(set(paths)):
        if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
            total.update(f"\0{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def drop_old_cache(cache: Path, wanted: str) -> bool:
    """Throw the cache away unless it was made with `wanted`; return whether it was thrown away."""
    stamp = cache / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    stamp.write_text(wanted, encoding="utf-8")
    return True


def check_cache(app: Sphinx) -> None:
    drop_old_cache(Path(app.outdir).parent / ".jupyter_cache", fingerprint(Path(app.srcdir)))


def outdated_notebooks(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages whose outputs were made with another package."""
    wanted = fingerprint(Path(app.srcdir))
    if getattr(env, "book_pages_made_with", wanted) == wanted:
        outdated = []
    else:
        outdated = [name for name in env.found_docs if env.doc2path(name).endswith(".ipynb")]
    env.book_pages_made_with = wanted  # type: ignore[attr-defined]  # stored with the environment
    return outdated


def wait_for_kernels() -> None:
    """Give each kernel more than the minute that nbclient gives it; myst-nb has no setting for that."""
    running.single_nb_execution = partial(single_nb_execution, startup_timeout=PATIENCE)


def setup(app: Sphinx) -> None:
    wait_for_kernels()
    app.connect("builder-inited", check_cache)
    app.connect("env-get-outdated", outdated_notebooks)
