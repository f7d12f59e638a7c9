"""grading.box.doctor: it finds a sandbox only where there is one, and says what to do where there is none."""

from __future__ import annotations

import platform
import shutil
import struct
from collections.abc import Callable

import pytest
from pyseccomp import ALLOW

from grading.box import doctor, process
from grading.box.walls import NoSandbox, walls


@pytest.mark.usefixtures("bubblewrap")
def test_a_sound_box_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    answers = doctor.try_box()
    assert answers.pop("user") != 0
    assert answers == {"network": False, "written": False, "calls": False, "shared": []}
    assert doctor.look() == 0
    assert (
        "sandbox      works: own user, no network, read-only system, few calls of the kernel" in capsys.readouterr().out
    )


@pytest.mark.usefixtures("bubblewrap")
def test_what_this_machine_lacks_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.look() == 0
    assert doctor.NOT_COUNTED not in capsys.readouterr().out
    monkeypatch.setattr("grading.box.clock.counted", lambda: False)
    assert doctor.look() == 0
    assert doctor.NOT_COUNTED in capsys.readouterr().out


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("wall", ["--unshare-net", "--unshare-ipc", "--unshare-uts"])
def test_a_hole_is_found(monkeypatch: pytest.MonkeyPatch, wall: str) -> None:
    def broken(*scratch: int) -> list[str]:
        left = [part for part in whole(*scratch) if part != wall]
        if wall == "--unshare-uts":
            place = left.index("--hostname")
            del left[place : place + 2]
        return left

    whole: Callable[..., list[str]] = walls
    monkeypatch.setattr(process, "walls", broken)
    with pytest.raises(NoSandbox, match=f"holes.*{wall[-3:]}:"):
        doctor.try_box()


@pytest.mark.usefixtures("bubblewrap")
def test_a_box_without_a_filter_is_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grading.box.calls.write", lambda stream: stream.write(struct.pack("=HBBI", 0x06, 0, 0, ALLOW)))
    with pytest.raises(NoSandbox, match=r"holes: .*'calls': True"):
        doctor.try_box()


@pytest.mark.usefixtures("bubblewrap")
def test_what_bubblewrap_says_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*scratch: int) -> list[str]:
        return [*whole(*scratch), "--ro-bind", "/not/there", "/x"]

    whole: Callable[..., list[str]] = walls
    monkeypatch.setattr(process, "walls", broken)
    monkeypatch.setattr(doctor, "walls", broken)
    with pytest.raises(NoSandbox, match=r"cannot build a box here: bwrap: .*/not/there"):
        doctor.try_box()


def test_a_container_without_namespaces_is_told_what_else_works(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1"
    monkeypatch.setattr(doctor, "walls", lambda: ["/bin/sh", "-c", words])
    assert "AppArmor" in doctor.reason()
    assert "virtual machine" in doctor.reason()


def test_without_bubblewrap_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert doctor.look() == 1
    said = capsys.readouterr().out
    assert "bubblewrap   not found" in said
    assert "apt install bubblewrap" in said
    assert "--trusted" in said


def test_other_systems_are_told_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    with pytest.raises(NoSandbox, match="none on Darwin; use a Linux machine, or WSL 2"):
        doctor.try_box()
