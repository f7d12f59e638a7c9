"""tools/portable.py: which arithmetics a processor has, and that the settings make numpy compute so."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import portable
import pytest
from portable import CALLED, GROUPS_OFF, KERNEL, NEEDED, PLAINEST, Arithmetic, Processor, arithmetics, look, main, table

PLAIN = ("SSE", "SSE2", "SSE3")
AVX2 = Processor("Zen", ("X86_V3",), frozenset({*PLAIN, "AVX2", "FMA3"}))
AVX512 = Processor("SkylakeX", ("X86_V3", "X86_V4"), AVX2.features | set(NEEDED["SkylakeX"]))
ARM = Processor("NEOVERSEN1", (), frozenset({"NEON", "ASIMD"}))
MAC = Processor("", (), ARM.features)


def has(own: Processor) -> list[str]:
    return [each.name for each in arithmetics(own) if not each.lacks(own)]


def test_a_processor_has_the_arithmetics_of_older_ones() -> None:
    plainer = ["Prescott", "own kernel without vector groups", PLAINEST]
    assert has(AVX2) == ["the processor's own", "Haswell", "Zen", *plainer]
    assert has(AVX512) == [
        *("the processor's own", "SkylakeX", "Haswell", "Zen", "Prescott"),
        *("Haswell without X86_V4", *plainer[1:]),
    ]
    assert has(ARM) == has(MAC) == ["the processor's own", PLAINEST]


def test_what_is_lacking_is_named() -> None:
    by_name = {each.name: each for each in arithmetics(AVX2)}
    assert by_name["SkylakeX"].lacks(AVX2) == NEEDED["SkylakeX"]
    assert by_name["Prescott"].lacks(ARM) == ("SSE3",)
    assert by_name["Prescott"].lacks(MAC) == ("OpenBLAS",)


def test_the_plainest_arithmetic_has_an_old_kernel_and_no_vector_groups() -> None:
    plainest = arithmetics(AVX512)[-1]
    assert plainest == Arithmetic(PLAINEST, "Prescott", ("X86_V3", "X86_V4"))
    assert plainest.settings == {KERNEL: "Prescott", GROUPS_OFF: "X86_V3 X86_V4"}
    assert arithmetics(AVX512)[0].settings == {}


def test_a_processor_without_an_old_kernel_has_its_own_as_the_plainest() -> None:
    assert arithmetics(ARM)[-1] == arithmetics(MAC)[-1] == Arithmetic(PLAINEST)


@pytest.mark.parametrize(
    ("arithmetic", "seen", "true"),
    [
        (Arithmetic("own"), AVX512, True),
        (Arithmetic("", "Haswell"), Processor("Haswell", ("X86_V3",), frozenset()), True),
        (Arithmetic("", "Haswell"), AVX512, False),
        (Arithmetic("", "Zen"), Processor("Haswell", (), frozenset()), True),
        (Arithmetic("", "Prescott"), Processor("Katmai", (), frozenset()), True),
        (Arithmetic("", "", ("X86_V4",)), AVX2, True),
        (Arithmetic("", "", ("X86_V3",)), AVX2, False),
        (Arithmetic("", "Prescott", ("X86_V3",)), Processor("Katmai", ("X86_V3",), frozenset()), False),
    ],
)
def test_whether_a_setting_took_effect_is_seen(arithmetic: Arithmetic, seen: Processor, true: bool) -> None:
    assert arithmetic.is_that_of(seen) is true


def test_on_this_machine_every_arithmetic_that_is_not_lacking_takes_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KERNEL, "Prescott")  # what was set before has no say
    own = look({})
    assert own.kernel not in CALLED["Prescott"] or not own.groups
    found = [each for each in arithmetics(own) if not each.lacks(own)]
    assert [each.name for each in found if not each.is_that_of(look(each.settings))] == []


class Machine:
    """A processor of which nothing is run: `red` are the words of the commands that fail, `deaf` hears no setting."""

    def __init__(self, own: Processor, red: str = "", deaf: bool = False) -> None:
        self.own, self.red, self.deaf = own, red, deaf
        self.ran: list[tuple[str, str]] = []

    def look(self, settings: dict[str, str]) -> Processor:
        off = settings.get(GROUPS_OFF, "").split() if not self.deaf else []
        kernel = self.own.kernel if self.deaf else settings.get(KERNEL, self.own.kernel)
        groups = tuple(name for name in self.own.groups if name not in off)
        return Processor({"Zen": "Haswell"}.get(kernel, kernel), groups, self.own.features)

    def run(self, command: Sequence[str], **options: dict[str, str]) -> subprocess.CompletedProcess[str]:
        kernel = options["env"].get(KERNEL, "own")
        self.ran.append((kernel, "chapters" if "--nbval" in command else "tests"))
        return subprocess.CompletedProcess(command, int(bool(self.red) and self.red in " ".join(self.ran[-1])))


def on(machine: Machine, monkeypatch: pytest.MonkeyPatch, *names: str) -> int:
    monkeypatch.setattr(portable, "look", machine.look)
    monkeypatch.setattr(subprocess, "run", machine.run)
    return main(names)


def test_all_arithmetics_are_run_and_none_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(AVX2)
    assert on(machine, monkeypatch) == 0
    both = ("tests", "chapters")
    assert machine.ran == [(kernel, part) for kernel in ("own", "Prescott", "own", "Prescott") for part in both]
    said = capsys.readouterr().out
    assert "SkylakeX                          not run: this processor lacks AVX512F AVX512CD" in said
    assert "Zen                               not run: the same as the processor's own (Haswell, X86_V3)" in said
    assert "plainest                          green (Prescott, no vector groups, " in said


def test_one_that_is_red_makes_the_run_fail_and_the_others_are_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(AVX2, red="Prescott chapters")
    assert on(machine, monkeypatch) == 1
    assert len(machine.ran) == 8
    said = capsys.readouterr().out
    assert said.count("RED: the chapters (Prescott, ") == 2
    assert "the processor's own               green" in said


def test_settings_without_effect_are_red(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine(AVX2, deaf=True)
    assert on(machine, monkeypatch, PLAINEST) == 1
    assert machine.ran == []
    assert "plainest  RED: the settings have no effect, numpy computes with Haswell, X86_V3" in capsys.readouterr().out


def test_one_can_be_asked_for_alone_and_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(AVX512)
    assert on(machine, monkeypatch, PLAINEST) == 0
    assert machine.ran == [("Prescott", "tests"), ("Prescott", "chapters")]
    with pytest.raises(SystemExit, match=r"there is no arithmetic Pentium, but the processor's own, SkylakeX, "):
        on(machine, monkeypatch, "Pentium")


def test_the_table_is_aligned() -> None:
    assert table({"a": "green", "long": "RED"}) == "a     green\nlong  RED"
