"""Submissions that write on the wire what nobody asked for, ask for what they may not have, or never answer."""

from __future__ import annotations

from .entry import Table, after, before, inside
from .protocol import RAW
from .tampering import WRONG

add = Table("protocol")
ENTRIES = add.entries


def add_sent(name: str, why: str, code: str, lost: str = "shares") -> None:
    """Add code that runs in a cell with `box` at hand, in front of a right answer."""
    add(name, why, before("shares", RAW + code), lost)


# Messages that nobody asked for.
add_sent(
    "garbage",
    "noise to every open file",
    """\
for number in range(64):
    try:
        os.write(number, b"\\xc1garbage" * 100)
    except OSError:
        pass""",
)
add_sent(
    "too-long", "a message of 4 GB, announced", "box.outgoing.write(b'\\xff\\xff\\xff\\xff')\nbox.outgoing.flush()"
)
add_sent(
    "cut-short",
    "a message that breaks off",
    """\
os.write(box.outgoing.fileno(), struct.pack(">I", 1000) + b"short")
os._exit(0)""",
)
add_sent(
    "never-ends",
    "a message that is announced and never comes",
    """\
os.write(box.outgoing.fileno(), struct.pack(">I", 1000))
time.sleep(100)""",
)
add_sent(
    "byte-by-byte",
    "an answer of which each byte takes its time",
    """\
for byte in wire.packed(["ran"]) * 100:
    os.write(box.outgoing.fileno(), bytes([byte]))
    time.sleep(0.3)""",
)
add_sent("in-advance", "a thousand replies in advance", "for _ in range(1000):\n    box.send(['ran'])")
add_sent(
    "values-in-advance", "values in advance, where a cell has run", "for _ in range(1000):\n    box.send(['value', 11])"
)
add(
    "forged-in-advance",
    "values in advance, and nothing right",
    {
        **WRONG,
        "mean-of": RAW
        + """
for _ in range(10):
    for value in (["ran"], ["value", 11], ["value", 6.0], ["missing"], ["value", ["handle", 0, "f"]]):
        box.send(value)""",
    },
    "all",
)
add_sent("empty-messages", "messages of no bytes", "box.outgoing.write(bytes(4000))\nbox.outgoing.flush()")
add_sent(
    "odd-messages",
    "messages that are no lists",
    """\
for message in (None, 7, "ran", {"ran": 1}, [], [[]], ["call"], ["call", 0], ["run", "x", "y"], ["get", "ask"]):
    box.send(message)""",
)
add_sent(
    "deep-messages",
    "a message nested a million times",
    """\
content = b"\\x91" * 10 ** 6 + b"\\xc0"
box.outgoing.write(struct.pack(">I", len(content)) + content)
box.outgoing.flush()""",
)
add_sent(
    "wide-messages",
    "a message of sixteen million empty lists",
    """\
content = b"\\xdd" + struct.pack(">I", 2 ** 24 - 16) + b"\\x90" * (2 ** 24 - 16)
box.outgoing.write(struct.pack(">I", len(content)) + content)
box.outgoing.flush()""",
)
add_sent(
    "extensions",
    "types that msgpack leaves to others",
    """\
content = b"\\x92\\xa5value\\xd7\\xff" + bytes(8)
box.outgoing.write(struct.pack(">I", len(content)) + content)
box.outgoing.flush()""",
)
add_sent(
    "calls-to-nobody",
    "calls of numbers that do not exist",
    """\
for number in (0, 10 ** 6, 2 ** 62):
    try:
        box.ask_outside(["call", number, (1,), {}])
    except Exception as error:
        print(error)""",
    "",
)
add_sent("calls-of-no-number", "calls of what is no number", "box.ask_outside(['call', 'x', (1,), {}])")
add_sent("attributes-of-ours", "attributes of what is ours", "box.ask_outside(['attribute', 0, '__globals__'])")
add(
    "many-calls",
    "our function called for ever",
    {"mean-of": "def mean_of(function, numbers):\n    while True:\n        function(1.0)"},
    "mean-of",
)
add(
    "odd-arguments",
    "our function called with anything",
    inside(
        "mean-of",
        """\
for odd in ((), ("x",), (1.0, 2.0), ([1, [2]],), (np.zeros((0, 3)),), (Loss(1),), (print,), (2 ** 200,), ({1: 2},)):
    try:
        function(*odd)
    except Exception as error:
        print(error)""",
    ),
)
add(
    "many-handles",
    "more functions than anybody needs",
    {"shares": "def shares(table):\n    return [lambda: k for k in range(50_000)]"},
    "shares",
)
add(
    "steals",
    "the questions taken from the wire by a thread",
    after(
        "predicted",
        RAW
        + """
import threading
threading.Thread(target=lambda: box.incoming.read(10 ** 6), daemon=True).start()
time.sleep(100)""",
    ),
    "predicted",
)
add(
    "two-voices",
    "two processes that answer, both wrongly",
    {**WRONG, "mean-of": f"{WRONG['mean-of']}\nimport os\nos.fork()"},
    "all",
)
