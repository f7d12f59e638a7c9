"""grading.box.box: what runs in it reaches nothing, breaks nothing, and answers what it is asked."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pyseccomp
import pytest
from processes import living, waited_for

import tinyml
from grading.box import walls, wire
from grading.box.box import Box
from grading.box.proxies import Stopped, TheirError
from tinyml import Morphism, StepCount, Vector, arrow
from tinyml.check.agreement import difference

NOBODY = 65534
ROOT = Path(__file__).parents[2]


@pytest.fixture
def box(bubblewrap: str) -> Iterator[Box]:
    with Box() as one:
        one.start()
        yield one


def ran(box: Box, code: str) -> Box:
    box.run(textwrap.dedent(code), "<cell 1>")
    return box


def test_values_and_functions_can_be_asked_for(box: Box) -> None:
    ran(box, "import numpy as np\nx = np.arange(3)\ndef f(a, b): return [a, b]\nclass C:\n    width = 4")
    np.testing.assert_array_equal(box.get("x"), [0, 1, 2])
    assert box.get("f")(1, (2.0, "ä")) == [1, (2.0, "ä")]
    assert box.get("C")().width == 4
    with pytest.raises(KeyError, match="missing"):
        box.get("missing")


CALLED_SO = """
def f(x): return x + 1
def rebinds(x):
    global f
    f = lambda y: y + x
def removes():
    global f
    del f
class Called:
    def __call__(self, x): return x
called, number = Called(), 1
"""


def test_a_function_is_asked_for_again_when_something_else_is_called_so(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(box, CALLED_SO)
    asked: list[str] = []
    ask = box.ask

    def noted(request: list[Any]) -> Any:
        asked.append(request[1])
        return ask(request)

    monkeypatch.setattr(box, "ask", noted)

    def gets(*names: str) -> list[str]:
        asked.clear()
        for name in names:
            box.get(name)
        return [*asked]

    assert gets("f", "rebinds", "removes", "called", "number") == ["f", "rebinds", "removes", "called", "number"]
    assert gets("f", "rebinds", "f", "called", "number") == ["called", "number"], "an object may have changed"
    assert box.get("f")(1) == 2
    assert gets("f", "rebinds") == []
    box.get("rebinds")(10)
    assert box.get("f")(1) == 11
    assert gets("f", "rebinds", "f", "rebinds") == ["rebinds"]
    ran(box, "f = 5")
    assert box.get("f") == 5
    ran(box, "def f(x): return -x")
    assert box.get("f")(1) == -1
    box.get("removes")()
    with pytest.raises(KeyError):
        box.get("f")
    assert gets("rebinds", "rebinds") == ["rebinds"]
    box.start()
    with pytest.raises(KeyError):
        box.get("rebinds")
    ran(box, CALLED_SO).get("f")
    box.stop()
    with pytest.raises(Stopped, match="has been ended"):
        box.get("f")


def test_a_function_is_asked_for_again_where_a_call_of_ours_is_answered(box: Box) -> None:
    ran(box, CALLED_SO + "def tells(other):\n    global f\n    f = lambda x: 7\n    return other()")
    assert box.get("f")(1) == 2
    assert box.get("tells")(lambda: box.get("f")(1)) == 7
    assert box.get("f")(1) == 7
    with pytest.raises(ZeroDivisionError):
        box.get("tells")(lambda: box.get("rebinds") and 1 / 0)
    box.get("rebinds")(3)  # what it was kept as went with the call that failed
    assert box.get("f")(1) == 4


def test_arrows_compose_with_ours_on_either_side(box: Box) -> None:
    ran(
        box,
        """
        from tinyml import Vector, arrow
        @arrow(Vector, Vector)
        def mirrored(v): return Vector(-v.values)
        """,
    )

    @arrow(Vector, Vector)
    def doubled(v: Vector) -> Vector:
        return Vector(2 * v.values)

    mirrored = box.get("mirrored")
    assert isinstance(mirrored, Morphism)
    assert repr(mirrored) == "mirrored : Vector -> Vector"
    assert (mirrored >> doubled)(Vector([1.0])) == Vector([-2.0])
    assert (doubled >> mirrored)(Vector([1.0])) == Vector([-2.0])
    assert (mirrored ** StepCount(3))(Vector([1.0])) == Vector([-1.0])
    with pytest.raises(tinyml.CompositionError):
        mirrored >> tinyml.Identity(tinyml.Space("TokenId"))


def test_the_answer_composes_and_calls_what_is_given_to_it(box: Box) -> None:
    ran(
        box,
        """
        def twice(f): return f >> f
        def apply(f, x): return f(x)
        def named(f): return getattr(f, "title", "none"), hasattr(f, "source")
        def caught(f):
            try: f()
            except ValueError as error: return str(error)
        """,
    )

    @arrow(int, int)
    def more(n: int) -> int:
        return n + 1

    def refuses() -> None:
        raise ValueError("not so")

    assert box.get("twice")(more)(1) == 3
    assert box.get("apply")(lambda x: [x, x], 5) == [5, 5]
    assert box.get("apply")(box.get("twice")(more), 5) == 7  # and what is its own comes back as it was
    assert box.get("caught")(refuses) == "not so"
    assert box.get("named")(len) == ("none", False)  # a look at our objects is refused, and ends nothing
    assert box.get("apply")(len, [1, 2]) == 2


def test_what_a_given_cell_defines_here_and_there_is_itself_on_both_sides(box: Box) -> None:
    def halved(x: float) -> float:
        return x / 2

    def third(x: float) -> float:
        return x / 3

    box.run("def halved(x):\n    return x / 2\ndef is_halved(f):\n    return f is halved\nown = halved", "<cell>")
    assert not box.get("is_halved")(halved)
    box.share({"halved": halved, "third": third})
    assert box.get("is_halved")(halved)
    assert box.get("own") is halved
    assert box.get("halved") is halved
    box.run("halved = third = 0", "<cell>")  # a reader may give the name to something else
    box.run("def is_own(f):\n    return f is own", "<cell>")
    assert box.get("is_own")(halved)
    assert box.get("own") is halved
    assert box.get("halved") == 0
    assert not box.get("is_halved")(third)


def test_a_dict_that_knows_an_answer_for_keys_it_lacks_gives_it_here_too(box: Box) -> None:
    box.run(
        "from collections import Counter, defaultdict\n"
        "counts, groups = Counter('aab'), defaultdict(list)\n"
        "class Squares(dict):\n    def __missing__(self, key):\n        return key * key\n"
        "squares, plain = Squares({1: 7}), type('Plain', (dict,), {})()",
        "<cell>",
    )
    assert (box.get("counts")["a"], box.get("counts")["z"], box.get("counts").get("z")) == (2, 0, None)
    assert box.get("groups")["z"] == []
    assert (box.get("squares")[1], box.get("squares")[3]) == (7, 9)
    with pytest.raises(KeyError):
        box.get("plain")["z"]


def test_names_and_words_of_functions_travel_with_them(box: Box) -> None:
    ran(
        box,
        """
        import functools
        def told(f): return [f.__name__, f.__qualname__, f.__module__, f.__doc__]
        def wrapped(f):
            @functools.wraps(f)
            def inner(*arguments, **named): return f(*arguments, **named)
            return inner
        def half(x):
            "Return a half."
            return x / 2
        """,
    )

    def shifted(x: int, *, by: int) -> int:
        """Return another number."""
        return x + by

    words = ["shifted", shifted.__qualname__, __name__, "Return another number."]
    assert box.get("told")(shifted) == words
    wrapped = box.get("wrapped")(shifted)
    assert wrapped(3, by=4) == 7
    assert [wrapped.__name__, wrapped.__qualname__, wrapped.__module__, wrapped.__doc__] == words
    assert (box.get("half").__name__, box.get("half").__doc__) == ("half", "Return a half.")
    assert difference(box.get("half"), 0.5, 0).endswith("a value of type function came")
    with pytest.raises(TypeError):
        wrapped(3, 4)


def test_a_value_of_a_class_of_ones_own_is_here_and_there(box: Box) -> None:
    """It is compared by what it holds, has its own attributes, and comes back as what it was."""
    ran(
        box,
        """
        from collections import namedtuple
        from enum import IntEnum
        import numpy as np
        class Position(namedtuple("Position", "index")):
            def moved(self, by): return Position(self.index + by)
        class Table(dict):
            def __call__(self, key): return self[key]
            def __eq__(self, other): return True
        class Note(str):
            def __init__(self, name):
                self.title, self.pitch = f"The note {name}", "low"
        class Words(np.ndarray):
            @property
            def words(self): return "all of them"
        place, table, note = Position(3), Table(a=1), Note("re")
        row = np.array([1.0, 2.0]).view(Words)
        def own(one): return type(one).__name__
        """,
    )
    place, table, note, row = (box.get(name) for name in ("place", "table", "note", "row"))
    assert [isinstance(place, tuple), isinstance(table, dict)] == [True, True]
    assert (place.index, place.moved(2).index, place[0]) == (3, 5, 3)
    assert table("a") == 1
    assert table == {"a": 1}
    assert table != {"a": 2}
    assert not callable(place)
    assert (note + "mi", note.title, note.pitch) == ("remi", "The note re", "low")
    assert row.words == "all of them"
    assert (2 * row).tolist() == [2, 4]
    assert not hasattr(2 * row, "words")
    assert [box.get("own")(one) for one in (place, table, note, row)] == ["Position", "Table", "Note", "Words"]
    assert box.get("own")(2 * row) == "ndarray"


def test_members_of_a_set_that_stay_are_compared_where_they_are(box: Box) -> None:
    ran(
        box,
        """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class Position:
            index: int
        class Place(int):
            index = property(int)
            def __eq__(self, other): return type(other) is Place and int(self) == int(other)
            def __hash__(self): return hash(("a place", int(self)))
        def places_of(name): return {globals()[name](0), globals()[name](4)}
        """,
    )
    for name in ("Position", "Place"):
        position = box.get(name)
        places = box.get("places_of")(name)
        assert isinstance(places, set)
        assert {place.index for place in places} == {0, 4}
        assert places.issuperset([position(4)])
        assert not places.issuperset([position(3)])
        assert places.isdisjoint([0, 4])


def test_an_array_of_letters_is_here_to_be_read_and_written_to_where_it_is(box: Box) -> None:
    ran(
        box,
        """
        import numpy as np
        class Words:
            def __init__(self, words): self.words = np.asarray(words)
        words = Words(["to", "be"])
        fixed = np.array(["or"])
        fixed.setflags(write=False)
        """,
    )
    words = box.get("words")
    source = words.words.copy()
    second = box.get("Words")(source)
    source.fill("?")
    assert second.words.tolist() == ["?", "?"]
    assert words.words.tolist() == ["to", "be"]
    assert words.words[1] == "be"
    fixed = box.get("fixed")
    with pytest.raises(ValueError, match="read-only"):
        fixed.fill("?")
    with pytest.raises(ValueError, match="read-only"):
        fixed[0] = "?"


def test_errors_come_as_what_they_are(box: Box) -> None:
    ran(
        box,
        """
        from tinyml import TokenId
        class TooFar(ValueError): pass
        class Own(Exception):
            def __str__(self): raise RuntimeError
        def fail(kind):
            if kind == "token": TokenId(-1)
            if kind == "own": raise Own
            if kind == "far": raise TooFar("by a mile")
            if kind == "exit": raise SystemExit(3)
            return 1 / 0
        """,
    )
    fail = box.get("fail")
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        fail("")
    with pytest.raises(tinyml.OutOfRange, match="-1") as found:
        fail("token")
    assert found.value.index == -1
    with pytest.raises(ValueError, match="by a mile"):
        fail("far")
    for kind, name in (("own", "Own"), ("exit", "SystemExit: 3")):
        with pytest.raises(TheirError, match=name):
            fail(kind)
    with pytest.raises(SyntaxError):
        ran(box, "def")


def test_a_cell_runs_as_in_a_notebook(box: Box) -> None:
    ran(
        box,
        """
        import asyncio, inspect
        await asyncio.sleep(0)
        def f(): return 1
        get_ipython().run_line_magic("matplotlib", "inline")
        display(f)
        print("to nowhere")
        text = inspect.getsource(f)
        """,
    )
    assert box.get("text") == "def f(): return 1\n"


def test_what_is_timed_gives_its_value(box: Box) -> None:
    ran(
        box,
        """
        def f(x):
            return get_ipython().run_line_magic("time", "x + 1")
        y = get_ipython().run_line_magic("time", "f(1)  # twice")
        z = get_ipython().run_line_magic("time", "a = 3; b = a")
        """,
    )
    assert [box.get(name) for name in ("y", "z", "a", "b")] == [2, None, 3, 3]


def test_ipython_gives_the_shell_of_the_box_to_whoever_imports_it(box: Box) -> None:
    ran(
        box,
        """
        import IPython
        from IPython import get_ipython as its_own
        from IPython.core.getipython import get_ipython as the_same
        shells = [its_own() is get_ipython(), the_same() is get_ipython(), IPython.get_ipython() is get_ipython()]
        """,
    )
    assert box.get("shells") == [True, True, True]


def test_what_comes_from_the_future_stays_for_the_cells_below(box: Box) -> None:
    with pytest.raises(NameError):
        ran(box, "def f(x: Nobody): return x")
    ran(box, "from __future__ import annotations\ndef f(x: Nobody): return x")
    ran(box, "def g(x: Nobody): return x")
    assert (box.get("f")(1), box.get("g")(2)) == (1, 2)


def test_threads_are_given_each_its_own_answer(box: Box) -> None:
    """Also where what they ask asks for something in the box, which asks in threads."""
    ran(
        box,
        """
        from concurrent.futures import ThreadPoolExecutor
        def spread(f, numbers):
            with ThreadPoolExecutor(2) as pool:
                return list(pool.map(f, numbers))
        def late(f, numbers):
            pool = ThreadPoolExecutor(2)
            left = [pool.submit(f, number) for number in numbers]
            pool.shutdown(wait=False)
            return lambda: [one.result() for one in left]
        """,
    )
    spread, late, numbers = box.get("spread"), box.get("late"), list(range(100))
    assert spread(lambda n: n * n, numbers) == [n * n for n in numbers]
    nested = spread(lambda n: spread(lambda k: n + k, [1, 2, 3]), numbers)
    assert nested == [[n + 1, n + 2, n + 3] for n in numbers]
    left = late(lambda n: n + 1, numbers)  # some of them are asked for when nobody waits for the box
    box.run("x = 1", "<cell 2>")
    assert left() == [n + 1 for n in numbers]


HOLES = """
import os, socket, subprocess
def attempt(action):
    try:
        return action()
    except BaseException as error:
        return type(error).__name__
def reads(path): return attempt(lambda: (os.listdir if os.path.isdir(path) else lambda p: open(p).read())(path))
def writes(path): return attempt(lambda: open(path, "w").write("x"))
def connects(port):
    return attempt(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close())
def user(): return [os.getuid(), os.geteuid(), os.getgroups()]
def becomes_root(): return attempt(lambda: os.setuid(0))
def makes_a_box_of_its_own(): return subprocess.run(["unshare", "-Um", "true"], capture_output=True).returncode
def processes(): return [int(name) for name in os.listdir("/proc") if name.isdigit()]
def signals(number): return attempt(lambda: os.kill(number, 0))
def environment(): return dict(os.environ)
def fills(): return attempt(lambda: [open(f"/tmp/{k}", "wb").write(bytes(2**20)) for k in range(64)])
def allocates(): return attempt(lambda: len(bytearray(2 * 2**30)))
def forks():
    import time
    for count in range(200):
        try:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
        except OSError:
            return count
    return 200
"""


@pytest.fixture
def holes(box: Box) -> Callable[..., Any]:
    """Return holes(name, *arguments): what an attempt inside the box came to."""
    ran(box, HOLES)
    return lambda name, *arguments: box.get(name)(*arguments)


def test_nothing_outside_can_be_read(holes: Callable[..., Any], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    paths = [secret, ROOT / "pyproject.toml", Path("/etc/passwd"), Path("/etc/shadow"), Path("/home"), Path("/sys")]
    unread = {str(path): holes("reads", str(path)) for path in paths}
    assert set(unread.values()) <= {"FileNotFoundError", "PermissionError"}, unread
    assert holes("reads", "/tmp") == []
    assert {*holes("reads", "/box/grading")} - {"__pycache__"} == {"__init__.py", "box"}
    shown = {*holes("reads", "/box/grading/box")} - {"__pycache__"}
    assert shown == {
        "__init__.py",
        "arrays.py",
        "inside.py",
        "parcel.py",
        "proxies.py",
        "reading.py",
        "shell.py",
        "wire.py",
        "writing.py",
    }


def test_nothing_can_be_written_but_a_little_scratch(holes: Callable[..., Any]) -> None:
    places = ["/", "/usr/", "/box/", "/box/tinyml/", "/dev/", "/dev/shm/", "/proc/", f"{np.__path__[0]}/"]
    assert {holes("writes", f"{place}written") for place in places} <= {
        "OSError",
        "PermissionError",
        "FileNotFoundError",
    }
    assert holes("writes", "/tmp/written") == 1
    assert holes("fills") == "OSError"


def test_there_is_no_network(holes: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert holes("connects", server.getsockname()[1]) in ("ConnectionRefusedError", "OSError")


def test_it_is_a_user_of_its_own_that_sees_its_own_processes(holes: Callable[..., Any]) -> None:
    assert 0 not in holes("user")[:2]
    assert holes("becomes_root") in ("PermissionError", "OSError")  # OSError where no such user is known inside
    assert holes("makes_a_box_of_its_own") != 0
    assert max(holes("processes")) < 100
    assert holes("signals", os.getpid() + 100_000) == "ProcessLookupError"
    assert set(holes("environment")) <= {*walls.ENVIRONMENT, "PWD", "LC_CTYPE"}


def test_memory_and_processes_are_limited(holes: Callable[..., Any]) -> None:
    assert holes("allocates") == "MemoryError"
    assert holes("forks") < 64


@pytest.mark.parametrize("trusted", [False, True])
def test_what_takes_too_long_is_ended_with_all_that_it_started(bubblewrap: str, trusted: bool) -> None:
    mark = f"86400.{os.getpid()}"
    with Box(trusted=trusted) as box:
        box.start()
        ran(box, f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'])\ndef f():\n    while True: pass")
        assert waited_for(lambda: bool(living(f"sleep {mark}")))
        box.allow(0.2)
        with pytest.raises(Stopped, match="takes too long"):
            box.get("f")()
        assert box.process is None
        assert waited_for(lambda: not living(f"sleep {mark}"))
        with pytest.raises(Stopped, match="has been ended"):
            box.get("f")
        box.start()  # it can be built again
        ran(box, "x = 1")
        assert box.get("x") == 1


@pytest.mark.parametrize(
    "code",
    [
        "import os; os._exit(0)",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.closerange(0, 64)",
        "import ctypes; ctypes.string_at(0)",
    ],
)
def test_what_ends_python_is_stopped(box: Box, code: str) -> None:
    with pytest.raises(Stopped, match="ended Python"):
        ran(box, code)
    assert box.process is None


FORGED = {
    "no message": b"\xc1",
    "too long": b"",
    "not a reply": msgpack.packb(["granted", 1]),
    "not a list": msgpack.packb({"value": 1}),
    "not a value": msgpack.packb(["value", {"a": 1}]),
    "an unknown value": msgpack.packb(["value", ["pickle", b"cos\nsystem\n"]]),
    "a number that nobody has": msgpack.packb(["value", ["back", 7]]),
    "no arguments": msgpack.packb(["call", -1, None, None]),
    "half a surrogate": b"\x92\xa5value\xa3\xed\xa0\x80",
    "deep": b"\x91" * 10_000,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_reply_ends_the_box(box: Box, name: str) -> None:
    content = FORGED[name]
    length = len(content) if content else wire.LARGEST + 1
    forged = length.to_bytes(4, "big") + content
    code = f"""
    import gc, io, os
    wires = [one for one in gc.get_objects() if isinstance(one, io.BufferedWriter)]
    for one in wires: os.write(one.fileno(), {forged!r})
    """
    with pytest.raises(Stopped, match="cannot be read"):
        ran(box, code)
    assert box.process is None


def test_what_is_too_large_to_send_is_an_error_and_no_end(box: Box) -> None:
    ran(box, "def big(): return bytes(1), 'x' * 2**25\ndef many(): return list(range(200_000))\ndef good(): return 1")
    with pytest.raises(MemoryError, match="too large"):
        box.get("big")()
    assert box.get("good")() == 1
    with pytest.raises(Stopped, match="too large"):
        box.get("many")()


def test_without_bubblewrap_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(walls.NoSandbox, match="apt install bubblewrap"):
        Box().start()


PROBE = """
import os, sys
sys.path[:0] = {paths}
from grading.box.box import Box
from grading.box.doctor import look, try_box
assert os.getuid() == {user}
answers = try_box()
with Box() as box:
    box.start()
    box.run("import numpy as np, os, tinyml\\ndef f(x): return [os.getuid(), float(np.sum(x))]", "cell")
    print(box.get("f")([1.0, 2.0]), answers["user"])
"""


NOT_STARTED = 127


def with_its_library(python: Path) -> None:
    """Give a copy of an interpreter its shared library, and have it look for that next to itself."""
    home, beside = os.fsencode(sysconfig.get_config_var("LIBDIR")), b"$ORIGIN/../lib"
    (python.parents[1] / "lib").mkdir()
    shutil.copy(Path(os.fsdecode(home), sysconfig.get_config_var("INSTSONAME")), python.parents[1] / "lib")
    whole = python.read_bytes()
    if len(beside) <= len(home):  # the header keeps its length
        python.write_bytes(whole.replace(home + b"\0", beside.ljust(len(home) + 1, b"\0")))


def test_it_works_for_an_ordinary_user(bubblewrap: str) -> None:
    """Run with a Python and packages that anybody can read, outside every private home: a copy, where need be."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    root = os.geteuid() == 0
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if root else {}
    folder = Path(tempfile.mkdtemp(prefix="grading-"))
    try:
        folder.chmod(0o755)
        site = Path(np.__file__).parents[1]
        for found in (
            Path(tinyml.__file__).parent,
            ROOT / "grading",
            Path(msgpack.__file__).parent,
            *site.glob("numpy*"),
        ):
            if found.is_dir():
                shutil.copytree(found, folder / found.name, ignore=shutil.ignore_patterns("tests", "*.pyc"))
        shutil.copy(pyseccomp.__file__, folder)
        copy = folder / "copy" / "bin" / version
        pythons = [walls.interpreter(), f"/usr/bin/{version}", str(copy)]
        copy.parent.mkdir(parents=True)
        shutil.copy(walls.interpreter(), copy)
        if sysconfig.get_config_var("Py_ENABLE_SHARED"):
            with_its_library(copy)
        library, left_out = Path(sys.base_prefix, "lib", version), ("test", "site-packages", "__pycache__", "idlelib")
        copied = shutil.copytree(library, folder / "copy" / "lib" / version, ignore=shutil.ignore_patterns(*left_out))
        (copied / "site-packages").mkdir()
        script = folder / "probe.py"
        script.write_text(PROBE.format(paths=[str(folder)], user=NOBODY if root else os.getuid()))
        for path in folder.rglob("*"):
            path.chmod(0o755)
        for python in pythons:
            command = [python, "-I", "-S", "-B", str(script)]
            try:
                run = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={}, **user)
            except OSError:  # it is not there, or in a private home
                continue
            if run.returncode == NOT_STARTED:  # a copy whose library is looked for in the private home
                continue
            assert run.returncode == 0, run.stderr
            assert run.stdout == "[65534, 3.0] 65534\n"
            return
        pytest.fail(f"an ordinary user can run none of {pythons}: install one with `apt install python3`")
    finally:
        shutil.rmtree(folder)


PARCELS = """
import enum
from collections import Counter, OrderedDict, defaultdict, namedtuple
Summary = namedtuple("Summary", "counts first")
class Side(enum.Enum):
    LEFT = 1
class Kept(dict):
    pass
kept = Kept(a=1)
kept.more = [2]
def zero(): return 0
seven = 7
def made(number): return defaultdict(lambda base=1: base + number + seven)
first = Summary(Counter("aab"), [1])
values = [first, {Side.LEFT: OrderedDict(x=1)}, kept, defaultdict(zero), made(3), defaultdict(list)]
remembered = []
def remember(): remembered.append(1)
def seen(): return len(remembered)
def whole(values):
    first, second, third, fourth, fifth, sixth = values
    return [first == values[0] and type(first) is Summary, type(first.counts) is Counter, first.counts["z"],
        second[Side.LEFT]["x"], type(third) is Kept, third.more, fourth["new"], fifth["new"], sixth["new"]]
"""


def test_a_parcel_holds_the_same_in_another_box_and_nothing_that_the_first_one_remembers(bubblewrap: str) -> None:
    with Box() as here, Box() as there:
        for one in (here, there):
            one.start()
            ran(one, PARCELS)
        here.get("remember")()
        came = there.opened(here.packed(here.get("values")))
        assert there.get("whole")(came) == [True, True, 0, 1, True, [2], 0, 11, []]
        assert (here.get("seen")(), there.get("seen")()) == (1, 0)


@pytest.mark.parametrize("code", ["x = (n for n in [1])", "def f():\n    class C(dict): pass\n    return C()\nx = f()"])
def test_what_cannot_be_sent_says_so(box: Box, code: str) -> None:
    with pytest.raises(Exception, match=r"pickle|local object"):  # as each Python says it
        box.packed(ran(box, code).get("x"))


@pytest.mark.parametrize("content", [b"", b"\x80", b"cos\nsystem\n(S'true'\ntR."])
def test_a_parcel_that_was_written_by_hand_harms_its_own_box_alone(box: Box, content: bytes) -> None:
    with contextlib.suppress(EOFError, TheirError):
        box.opened(content)
    assert box.ask(["get", "__name__"]) == "__main__"


def test_a_box_that_packs_something_else_than_bytes_is_no_box(box: Box) -> None:
    ran(box, "from grading.box import parcel\nparcel.packed = lambda value: value")
    with pytest.raises(wire.BadMessage, match="no bytes"):
        box.packed(["text"])


def test_pickle_finds_what_the_cells_define(box: Box) -> None:
    ran(box, "import pickle, __main__\nclass C: pass\nx = type(pickle.loads(pickle.dumps(C()))) is C is __main__.C")
    assert box.get("x") is True


def test_an_error_of_an_answer_loads_no_chapter() -> None:
    with Box() as fresh:
        fresh.start()
        ran(fresh, "import sys\ndef answer(x): return 1 / x\ndef loaded(): return len(sys.modules)")
        before = fresh.get("loaded")()
        with pytest.raises(ZeroDivisionError):
            fresh.get("answer")(0)
        assert fresh.get("loaded")() == before
