"""The Rust crate: the option `--rust CHECKOUT` of `python -m benchmarks` says where its sources are.

*Category Theory for Tiny ML in Rust*, https://github.com/hghalebi/category_theory_transformer_rs.  Its program,
`crate.rs`, is ours: it calls the crate as a user would.  Cargo builds it as a package of its own, in the user's cache,
so that nothing is written into the checkout.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from benchmarks.contender import Contender, Missing, MissingRivalError
from benchmarks.environments import WITHIN, cache

SOURCE = Path(__file__).with_suffix(".rs")
NAME = "category-theory-transformer-rs"
PACKAGE = """[package]
name = "contender"
version = "0.0.0"
edition = "2024"

[dependencies]
{name} = {{ path = '{checkout}' }}

[[bin]]
name = "contender"
path = '{source}'
"""


def built(checkout: str) -> Path:
    """Return the program, built as users build for speed; `MissingRivalError` when it cannot be had."""
    sources = Path(checkout).resolve()
    if not (sources / "Cargo.toml").is_file():
        raise MissingRivalError(f"{checkout} is no checkout of the crate: it has no Cargo.toml")
    place = cache() / f"crate-{hashlib.sha256(os.fsencode(sources)).hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    package = PACKAGE.format(name=NAME, checkout=sources, source=SOURCE)
    (place / "Cargo.toml").write_text(package, encoding="utf-8")
    build = ["cargo", "build", "--release", "--manifest-path", str(place / "Cargo.toml"), "--target-dir", str(place)]
    try:
        subprocess.run(build, check=True, capture_output=True, text=True, timeout=WITHIN)
    except FileNotFoundError:
        raise MissingRivalError("cargo is not installed; it comes with Rust, from https://rustup.rs") from None
    except subprocess.TimeoutExpired:
        raise MissingRivalError(f"cargo has not built the crate within {WITHIN:.0f} s") from None
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.startswith("error")]
        raise MissingRivalError(f"cargo cannot build the crate: {(said or ['it does not say why'])[0]}") from None
    return place / "release" / "contender"


def Crate(checkout: str) -> Contender:  # noqa: N802  # stands among classes
    """Go on as the program; return only when there is none, and then say why."""
    try:
        program = str(built(checkout))
    except MissingRivalError as error:
        return Missing(str(error))
    return os.execv(program, [program])
