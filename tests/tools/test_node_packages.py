"""What comes from npm is pinned for every machine that the book is built on, whoever wrote the lock file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
WANTED: dict[str, str] = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
LOCKED = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
PLATFORMS = {"linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"}


def builds(name: str) -> list[str]:
    """Return the packages of which npm installs the one for its platform, where a program comes like this."""
    optional = list(LOCKED[f"node_modules/{name}"].get("optionalDependencies", {}))
    return optional if any(build.endswith("linux-x64") for build in optional) else []


def test_each_package_is_pinned_exactly() -> None:
    for name, version in WANTED.items():
        assert LOCKED[f"node_modules/{name}"]["version"] == version


@pytest.mark.parametrize("name", [name for name in WANTED if builds(name)])
def test_a_program_is_locked_for_each_platform(name: str) -> None:
    """Npm leaves out the platforms of others when it writes the lock file beside installed packages."""
    assert all(any(build.endswith(platform) for build in builds(name)) for platform in PLATFORMS)
    assert [build for build in builds(name) if "integrity" not in LOCKED.get(f"node_modules/{build}", {})] == []
