"""Submissions that have read how the box and the checker talk, and say what no honest box says."""

from __future__ import annotations

from .entry import Table

add = Table("protocol")
ENTRIES = add.entries

RAW = """\
import os, struct, sys, time
wire, writing = (sys.modules[f"grading.box.{name}"] for name in ("wire", "writing"))
encoded = writing.encode


class Raw:
    def __init__(self, *message):
        self.message = list(message)


def encode(value, side, depth=0):
    return value.message if isinstance(value, Raw) else encoded(value, side, depth)


writing.encode = encode
frame = sys._getframe()
while not hasattr(frame.f_locals.get("self"), "outgoing"):
    frame = frame.f_back
box = frame.f_locals["self"]
"""
"""What gives a cell the box's own side of the wire, and values that cross as they are written."""


def raws(
    mean_of: str = "", shares: str = "", next_loss: str = "", cooled: str = "", predicted: str = ""
) -> dict[str, str]:
    """Return answers, some of which are messages in the form of the wire; what prepares them follows the set-up."""
    functions = {
        "mean-of": ("mean_of(function, numbers)", mean_of),
        "shares": ("shares(table)", shares),
        "next-loss": ("next_loss(parameters, dataset, rate)", next_loss),
    }
    made = {q: f"def {head}:\n    return Raw({parts})" for q, (head, parts) in functions.items() if parts}
    values = {"cooled": cooled, "predicted": predicted}
    return made | {q: f"{q} = Raw({parts})" for q, parts in values.items() if parts}


def add_raw(name: str, why: str, lost: str, **parts: str) -> None:
    add(name, why, raws(**parts), lost, extra={"set-up": RAW})


HALVED = '["tinyml", "Identity", ["tinyml", "Space", "Logits", ["tuple"], ["tuple"]]]'

# Values that are not well formed.
add_raw(
    "bad-arrays",
    "arrays of impossible shapes",
    "mean-of shares next-loss",
    mean_of='"array", "f8", [-1], b""',
    shares='"array", "f8", [2 ** 40, 2 ** 40], b"12345678"',
    next_loss='"array", "f8", [2, 2], b"123"',
)
add_raw(
    "bad-array-kinds",
    "arrays of other kinds",
    "mean-of shares next-loss predicted",
    mean_of='"array", "O", [1], b"12345678"',
    shares='"array", ["f8"], [1], b"12345678"',
    next_loss='"array", "f8", "abc", b""',
    predicted='"array", "f8", [1] * 40, b"12345678"',
)
add_raw(
    "empty-arrays",
    "arrays of no size, in many axes",
    "mean-of shares",
    mean_of='"array", "f8", [0] * 8, b""',
    shares='"array", "f8", [2 ** 62, 0], b""',
)
add_raw(
    "unknown-kinds",
    "kinds of values that there are not",
    "mean-of shares next-loss cooled",
    mean_of='"pickle", b"cos\\nsystem\\n(S\'true\'\\ntR."',
    shares='"__class__"',
    next_loss='"value", ["x"]',
    cooled='"eval", "11"',
)
add_raw(
    "no-kinds",
    "lists that begin with no kind",
    "shares next-loss predicted",
    shares='["list"], 1',
    next_loss="None",
    predicted="7",
)
add_raw(
    "long-numbers",
    "numbers of too many digits, or of none",
    "mean-of shares predicted",
    mean_of='"int", "f" * 100_000',
    shares='"int", "zzz"',
    predicted='"int", "0x" + "f" * 9000',
)
add_raw(
    "odd-numbers",
    "numbers where they are not expected",
    "mean-of shares next-loss predicted",
    mean_of='"handle", -1, "function"',
    shares='"handle", 2 ** 63, "x" * 2000',
    next_loss='"handle", 1.5, "x"',
    predicted='"handle", True, "x"',
)
add_raw(
    "of-others",
    "things of ours that were never lent",
    "mean-of shares next-loss predicted",
    mean_of='"back", 0',
    shares='"back", 10 ** 6',
    next_loss='"back", -1',
    predicted='"back", "0"',
)
add_raw(
    "not-there",
    "handles that lead to nothing",
    "mean-of shares cooled predicted",
    mean_of='"handle", 10 ** 6, "function"',
    shares='"handle", 10 ** 9, "ndarray"',
    cooled='"arrow", 10 ** 6, "cooled", *[["tinyml", "Space", "Logits", ["tuple"], ["tuple"]]] * 2',
    predicted='"handle", 0, "int"',
)
add_raw(
    "bad-values",
    "values of tinyml with fields that they refuse",
    "mean-of shares next-loss cooled predicted",
    mean_of='"tinyml", "Loss", -1.0',
    shares='"tinyml", "Distribution", ["list", 5.0]',
    next_loss='"tinyml", "Loss", ["list"]',
    cooled='"tinyml", "Function", ["handle", 0, "f"], ["tuple"]',
    predicted='"tinyml", "TokenId", 2 ** 62',
)
add_raw(
    "other-constructors",
    "names that are no values of tinyml",
    "mean-of shares next-loss cooled predicted",
    mean_of='"tinyml", "TinyMLError", 1',
    shares='"tinyml", "predictor", 1',
    next_loss='"tinyml", ["Loss"], 1.0',
    cooled='"tinyml", "Morphism"',
    predicted='"tinyml", "__doc__"',
)
add_raw(
    "endless-power",
    "an arrow repeated 2 ** 62 times, on our side",
    "cooled",
    cooled=f'"tinyml", "Power", {HALVED}, ["tinyml", "StepCount", 2 ** 62]',
)
add(
    "nested-powers",
    "powers of powers of an arrow, on our side",
    {
        "cooled": f"""\
def nested(depth):
    base = nested(depth - 1) if depth else {HALVED}
    return ["tinyml", "Power", base, ["tinyml", "StepCount", 1000]]


cooled = Raw(*nested(10))"""
    },
    "cooled",
    extra={"set-up": RAW},
)
add_raw(
    "bad-composites",
    "chains of what is no arrow",
    "cooled predicted",
    cooled='"tinyml", "Composite", ["tuple", 1, 2]',
    predicted='"tinyml", "Composite", ["tuple"]',
)
add_raw(
    "bad-tensors",
    "pairs of what is no arrow",
    "cooled shares next-loss",
    cooled='"tinyml", "Tensor", 1, "x"',
    shares='"tinyml", "Softmax", "x"',
    next_loss='"tinyml", "Embedding", 5',
)
add_raw(
    "long-composite",
    "a chain of thirty thousand identities that ends elsewhere",
    "cooled",
    cooled=f'"tinyml", "Composite", ["tuple", *[{HALVED}] * 30_000, ["tinyml", "Softmax", ["tinyml", "VocabSize", 5]]]',
)
add_raw(
    "odd-spaces",
    "arrows between spaces with hostile names",
    "cooled predicted",
    cooled='"arrow", 0, "cooled\\n\\x1b[2J", *[["tinyml", "Space", "L" * 10 ** 6, ["tuple"], ["tuple"]]] * 2',
    predicted='"tinyml", "Space", ["list"], 3, None',
)
add_raw(
    "spaces-that-fit",
    "an arrow whose spaces are not tuples",
    "cooled",
    cooled='"arrow", 0, "cooled", *[["tinyml", "Space", "Logits", "5", 7]] * 2',
)
add_raw(
    "large-model",
    "a vocabulary that no memory holds",
    "cooled next-loss",
    cooled='"tinyml", "Softmax", ["tinyml", "VocabSize", 2 ** 40]',
    next_loss='"tinyml", "Parameters", *[["array", "f8", shape, bytes(8 * 10 ** 5)] for shape in ([10 ** 5, 1],'
    " [1, 10 ** 5], [10 ** 5])]",
)
add_raw(
    "colliding-wire-keys",
    "a dict built to be slow to read",
    "predicted",
    predicted='"dict", *[[["int", hex(k * (2 ** 61 - 1))], 0] for k in range(40_000)]',
)
add_raw(
    "unhashable-keys",
    "a dict with keys that are no keys",
    "predicted mean-of",
    predicted='"dict", [["list", 1], 2]',
    mean_of='"dict", 7',
)

# Errors that are not what they seem.
RAISED = """\
def reply(message):
    sys.modules["grading.box.proxies"].raised = lambda error, side: message
    raise ValueError
"""
for kind, message in {
    "ends-of-iteration": ["raised", "StopIteration", [], ""],
    "ends-of-the-program": ["raised", "SystemExit", [], "0"],
    "errors-of-ours": ["raised", "NotPassed", [], "x"],
    "errors-of-tinyml": ["raised", "NumericalOverflow", [["list", 1], "three"], ""],
    "errors-without-end": ["raised", "x" * 100_000, [], "y" * 100_000],
    "errors-that-are-none": ["raised", 7, "x", None],
}.items():
    add(
        f"false-{kind}",
        "an error that was never raised",
        {
            "mean-of": f"{RAW}{RAISED}\n\ndef mean_of(function, numbers):\n    reply({message!r})",
            "cooled": f"@arrow(Logits, Logits)\ndef cooled(logits):\n    reply({message!r})",
        },
        "mean-of cooled",
    )
