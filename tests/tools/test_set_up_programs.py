"""tools/set_up_programs.py: root installs, a user at a terminal is asked, everybody else is told; no unasked sudo."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace

import pytest
import set_up_programs
from set_up_programs import PROGRAMS, main

INSTALL = "apt-get install --yes --no-install-recommends chromium bubblewrap"
BY_ROOT = ["apt-get update", INSTALL]
BY_A_USER = ["sudo apt-get update", f"sudo {INSTALL}"]
ALL_THERE = "chromium: /usr/bin/chromium\nbubblewrap: /usr/bin/bwrap\nlibseccomp2: libseccomp.so.2\n"


class Machine:
    """A machine without two of the programs; its commands are noted, and install them unless they fail."""

    def __init__(self, patch: pytest.MonkeyPatch, *, root: bool, terminal: bool = False, apt: bool = True) -> None:
        self.has = {"seccomp": "libseccomp.so.2", "sudo": "/usr/bin/sudo"}
        self.has |= {"apt-get": "/usr/bin/apt-get"} if apt else {}
        self.ran: list[str] = []
        self.asked: list[str] = []
        self.fails = ""
        patch.setattr(os, "geteuid", lambda: 0 if root else 1000)
        patch.setattr(set_up_programs, "at_a_terminal", lambda: terminal)
        patch.setattr(shutil, "which", self.has.get)

    def set_up(self, *answers: str) -> None:
        """Run the tool, with these answers to its questions; an end of the input where there are no more."""
        left = iter(answers)

        def ask(question: str) -> str:
            self.asked.append(question)
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        main([replace(program, find=self.has.get) for program in PROGRAMS], self.run, ask)

    def run(self, command: Sequence[str]) -> int:
        self.ran.append(" ".join(command))
        failed = self.fails in command
        if "install" in command and not failed:
            self.has |= {"chromium": "/usr/bin/chromium", "bwrap": "/usr/bin/bwrap"}
        return int(failed)

    def refused(self, *answers: str) -> str:
        """Run the tool, which is to end with words and a status that is not 0; return the words."""
        with pytest.raises(SystemExit) as found:
            self.set_up(*answers)
        assert isinstance(found.value.code, str)
        return found.value.code


def test_root_installs_what_is_missing_and_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, root=True)
    machine.set_up()
    assert machine.ran == BY_ROOT
    assert machine.asked == []
    assert capsys.readouterr().out == f"==> {' && '.join(BY_ROOT)}\n{ALL_THERE}"
    machine.set_up()
    assert machine.ran == BY_ROOT  # nothing is missing any more


@pytest.mark.parametrize("answer", ["y", "Y", " yes "])
def test_a_user_at_a_terminal_sees_the_command_that_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    machine = Machine(monkeypatch, root=False, terminal=True)
    machine.set_up(answer)
    assert machine.ran == BY_A_USER
    assert machine.asked == ["Run it now? [y/N] "]
    shown = "The tests need what this system lacks. This would install it:"
    assert capsys.readouterr().out == f"{shown}\n    {' && '.join(BY_A_USER)}\n{ALL_THERE}"


@pytest.mark.parametrize("answers", [["n"], [""], ["what?"], []])
def test_a_user_who_does_not_say_yes_is_told_the_command(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
    machine = Machine(monkeypatch, root=False, terminal=True)
    words = machine.refused(*answers)
    assert machine.ran == []
    assert words.endswith(f"This installs what is missing:\n    {' && '.join(BY_A_USER)}")


def test_a_user_without_a_terminal_is_told_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, root=False)
    assert machine.refused("y").splitlines() == [
        "The browser tests need chromium, and there is none.",
        "The tests of the grader's sandbox need bubblewrap, and there is none.",
        "This installs what is missing:",
        f"    {' && '.join(BY_A_USER)}",
    ]
    assert machine.ran == machine.asked == []


def test_a_user_who_has_no_sudo_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, root=False, terminal=True)
    del machine.has["sudo"]
    assert machine.refused("y").endswith(" && ".join(BY_A_USER))
    assert machine.ran == machine.asked == []


@pytest.mark.parametrize(("fails", "ran"), [("update", BY_ROOT[:1]), ("install", BY_ROOT)])
def test_what_could_not_be_installed_is_told(monkeypatch: pytest.MonkeyPatch, fails: str, ran: list[str]) -> None:
    machine = Machine(monkeypatch, root=True)
    machine.fails = fails
    assert machine.refused().endswith(" && ".join(BY_ROOT))
    assert machine.ran == ran


@pytest.mark.parametrize("root", [True, False])
def test_other_systems_are_told_what_to_look_for(monkeypatch: pytest.MonkeyPatch, root: bool) -> None:
    machine = Machine(monkeypatch, root=root, terminal=True, apt=False)
    del machine.has["seccomp"]
    words = machine.refused("y")
    assert machine.ran == machine.asked == []
    for name in ("`chromium` or `google-chrome`", "`bwrap`", "`seccomp`"):
        assert f"elsewhere:       install it, so that {name} is found" in words


def test_a_pipe_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert not set_up_programs.at_a_terminal()


@pytest.mark.parametrize(("root", "expected"), [(True, "noninteractive"), (False, "")])
def test_root_is_asked_nothing_by_what_runs(monkeypatch: pytest.MonkeyPatch, root: bool, expected: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    check = 'test "$DEBIAN_FRONTEND" = "$0"'
    assert set_up_programs.run(["sh", "-c", check, expected]) == 0
    assert set_up_programs.run(["sh", "-c", "exit 3"]) == 3
