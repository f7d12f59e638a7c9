"""tinyml.check.limits: what a program is bound to before it runs; that it is ended is tested with the type checker."""

from __future__ import annotations

import os
import resource
import signal
import sys
from types import SimpleNamespace

import pytest

from tinyml.check import limits

NO_LIMIT = resource.RLIM_INFINITY
HARD = {resource.RLIMIT_CPU: NO_LIMIT, resource.RLIMIT_AS: 500, resource.RLIMIT_CORE: 7}


def test_no_limit_is_raised_above_one_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1, HARD[kind]))
    monkeypatch.setattr(resource, "setrlimit", taken.__setitem__)
    limits.bind(10, 2000)
    assert taken == {
        resource.RLIMIT_CPU: (10, NO_LIMIT),
        resource.RLIMIT_AS: (500, 500),
        resource.RLIMIT_CORE: (0, 7),
    }


def test_a_limit_that_the_system_refuses_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def refuse(kind: int, _: tuple[int, int]) -> None:
        if kind == resource.RLIMIT_AS:
            raise ValueError("not on this system")
        taken.append(kind)

    monkeypatch.setattr(resource, "setrlimit", refuse)
    limits.bind(10, 2000)
    assert taken == [resource.RLIMIT_CPU, resource.RLIMIT_CORE]


@pytest.mark.parametrize(("parent", "ended"), [(os.getppid, []), (os.getpid, [1])], ids=["it is there", "it is gone"])
def test_who_finds_its_parent_gone_ends_at_once(
    parent: object, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    status: list[int] = []
    system = SimpleNamespace(prctl=lambda *words: asked.append(words))
    monkeypatch.setattr(limits, "ctypes", SimpleNamespace(CDLL=lambda _: system))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "_exit", status.append)
    assert callable(parent)
    limits.end_with(parent())
    assert asked == [(limits.END_WITH_PARENT, signal.SIGKILL)]
    assert status == ended
