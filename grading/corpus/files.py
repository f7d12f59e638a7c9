"""Files that are no notebooks, or are where no notebook should be: each has its row, its reason and no points."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

from . import paper
from .entry import Table, handed_in

add = Table("files")
ENTRIES = add.entries

RIGHT = paper.written(handed_in({}))


def bad(name: str, why: str, content: bytes) -> None:
    add.file(name, why, content, "all", status="unreadable")


def zipped(entries: dict[str, bytes], *, encrypted: bool = False) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    whole = bytearray(made.getvalue())
    if encrypted:  # the flag alone, in both places where it stands
        whole[6] |= 1
        whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


bad("empty", "no bytes", b"")
bad("blank", "nothing but blanks", b" \n\n")
bad("cut", "a download that broke off", RIGHT[: len(RIGHT) // 2])
bad("page", "the page of a login in place of a download", b"<!doctype html><title>Log in</title>")
bad("picture", "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100)
bad("zeros", "zeros", bytes(10_000))
bad("program", "a program", b"def shares(table):\n    return table\n")
bad("list", "a list of cells", json.dumps(json.loads(RIGHT)["cells"]).encode())
bad("number", "a number", b"100")
bad("no-cells", "a notebook without cells", b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
bad("odd-cells", "cells that are no list", b'{"cells": {"shares": 2}, "nbformat": 4}')
bad("deep", "nested too deeply", b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")
bad("digits", "a number of a million digits", b'{"cells": ' + b"9" * 1_000_000 + b"}")
bad(
    "many-cells", "too many cells", b'{"cells": [' + b",".join([b'{"cell_type": "code", "source": "1"}'] * 5000) + b"]}"
)
bad("wide", "twenty million lists", b'{"cells": [' + b"[]," * 20_000_000 + b"[]]}")
bad("too-large", "too many bytes", b'{"cells": []}' + b" " * (65 * 2**20))
add.file("no-list-entries", "cells that are no cells", b'{"cells": [1, null, "x", [], {}, {"source": 3}]}', "all")
add.file(
    "surrogates", "halves of letters", RIGHT.replace(b"predicted = 11", b"predicted = '\\\\ud800\\ud83d'"), "predicted"
)
add.file(
    "infinite", "numbers that JSON does not have", RIGHT.replace(b'"nbformat": 4', b'"nbformat": NaN, "x": -Infinity')
)
add.file("keys-twice", "the cells twice, first empty", b'{"cells": [],' + RIGHT.lstrip()[1:])


def link(folder: Path) -> None:
    (folder / "link.ipynb").symlink_to(folder / "solutions.ipynb")


def linked_folder(folder: Path) -> None:
    (folder / "linked-folder").symlink_to("/etc")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.ipynb")


def device(folder: Path) -> None:
    (folder / "device.ipynb").symlink_to("/dev/zero")


def in_a_folder(folder: Path) -> None:
    place = folder / "ada" / "paper"
    place.mkdir(parents=True)
    (place / "paper.ipynb").write_bytes(RIGHT)
    (folder / "folder.ipynb").mkdir()


def odd_name(folder: Path) -> None:
    (folder / "odd\n=name\u202e \U0001f642.ipynb").write_bytes(RIGHT)


add.file("link", "a symbolic link to a neighbour", link, "all", status="unreadable")
add.file("linked-folder", "a symbolic link to a folder", linked_folder, "all", status="unreadable", at="linked-folder")
add.file("pipe", "a pipe that nobody writes to", pipe, "all", status="unreadable")
add.file("device", "a link to a device without an end", device, "all", status="unreadable")
add.file(
    "in-a-folder",
    "a file where nbgrader puts it, and a folder with the name of a notebook",
    in_a_folder,
    at="ada/paper/paper.ipynb",
)
add.file(
    "odd-name", "a name with an end of line, a formula and a face", odd_name, at="odd\n=name\u202e \U0001f642.ipynb"
)
add.file("text", "a notebook under another name", RIGHT, "all", status="unreadable", at="text.txt")
add.file(
    "class",
    "a zip of two",
    zipped({"bea.ipynb": RIGHT, "carl/paper.ipynb": RIGHT, "__MACOSX/x": b""}),
    at="class.zip/bea.ipynb|class.zip/carl/paper.ipynb",
)
add.file("broken", "a zip that is none", b"PK\x03\x04 and no more", "all", status="unreadable", at="broken.zip")
add.file(
    "paths",
    "a zip whose names lead outside",
    zipped({"../../outside.ipynb": RIGHT, "a/../../outside.ipynb": RIGHT}),
    "all",
    status="unreadable",
    at="paths.zip/../../outside.ipynb|paths.zip/a/../../outside.ipynb",
)
add.file(
    "bomb",
    "a zip that grows a thousandfold",
    zipped({"bomb.ipynb": bytes(100 * 2**20)}),
    "all",
    status="unreadable",
    at="bomb.zip/bomb.ipynb",
)
add.file(
    "locked",
    "a zip with a password",
    zipped({"locked.ipynb": RIGHT}, encrypted=True),
    "all",
    status="unreadable",
    at="locked.zip/locked.ipynb",
)
add.file(
    "dora",
    "a zip with two notebooks, one of them in a folder with somebody else's name",
    zipped({"paper.ipynb": RIGHT, "bob/paper.ipynb": RIGHT}),
    at="dora.zip/paper.ipynb|dora.zip/bob/paper.ipynb",
)
add.file(
    "nested",
    "a zip with forty zips in it",
    zipped({f"{number:02}.zip": zipped({"paper.ipynb": RIGHT}) for number in range(40)}),
    "all",
    status="unreadable",
    at="|".join(f"nested.zip/{number:02}.zip" for number in range(40)),
)


def handed_in_by_moodle(folder: Path) -> None:
    place = folder / "Ada Lovelace_123_assignsubmission_file_"
    place.mkdir()
    (place / "homework.zip").write_bytes(zipped({"paper.ipynb": RIGHT, "._paper.ipynb": b"\0\5\x16\7"}))


def environment(folder: Path) -> None:
    place = folder / "venv" / "lib"
    place.mkdir(parents=True)
    for number in range(3000):
        (place / f"{number:04}.py").write_bytes(b"")


add.file(
    "moodle",
    "a zip in the folder that Moodle makes, with what macOS adds",
    handed_in_by_moodle,
    at="Ada Lovelace_123_assignsubmission_file_/homework.zip/paper.ipynb",
)
add.file(
    "environment",
    "a virtual environment",
    environment,
    "all",
    status="unreadable",
    at="|".join(f"venv/lib/{number:04}.py" for number in range(51)),
)
