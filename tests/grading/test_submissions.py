"""grading.intake.submissions: every file of a class is found, and none leads out of it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.intake import archives, limits
from grading.intake import submissions as module
from grading.intake.limits import within_limits
from grading.intake.read import Unreadable
from grading.intake.submissions import Submission, student_of, submissions

NOBODY = 65534


def reason(one: Submission) -> str:
    with pytest.raises(Unreadable) as found:
        one.content()
    return str(found.value)


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@contextlib.contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def named(found: list[Submission]) -> dict[str, str]:
    return {one.file: one.student for one in found}


FILES = {
    "ada.ipynb": b"1",
    "bob/05/05.ipynb": b"2",
    "Bob Ross/A B.IPYNB": b"3",
    "eve/notes.txt": b"4",
    "__MACOSX/ada.ipynb": b"5",
    "bob/.ipynb_checkpoints/05-checkpoint.ipynb": b"6",
}
STUDENTS = {"ada.ipynb": "ada", "bob/05/05.ipynb": "bob", "Bob Ross/A B.IPYNB": "Bob Ross", "eve/notes.txt": "eve"}


def test_the_files_of_a_folder_and_of_a_zip_are_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for found in (submissions(folder), submissions(packed(tmp_path / "class.zip", FILES))):
        assert named(found) == STUDENTS
        assert [one.file for one in found] == sorted(STUDENTS)
        assert {one.file: one.content() for one in found if one.file != "eve/notes.txt"} == {
            name: FILES[name] for name in STUDENTS if name != "eve/notes.txt"
        }
        assert "does not end in .ipynb" in reason(found[-1])
        assert found[-1].content_or_reason()[0] == b""


def test_a_zip_in_a_folder_belongs_to_its_own_name_whatever_is_in_it(tmp_path: Path) -> None:
    packed(tmp_path / "ada.zip", {"05/05.ipynb": b"1", "05/data.csv": b""})
    packed(tmp_path / "dora.zip", {"05.ipynb": b"2", "05 (1).ipynb": b"3"})
    packed(tmp_path / "max.zip", {"05_endomorphism/05.ipynb": b"4", "06_functors/06.ipynb": b"5"})
    packed(tmp_path / "eve.zip", {"bob/05.ipynb": b"6"})
    (tmp_path / "zoe.zip").write_bytes(b"PK no zip")
    assert named(submissions(tmp_path)) == {
        "ada.zip/05/05.ipynb": "ada",
        "ada.zip/05/data.csv": "ada",
        "dora.zip/05 (1).ipynb": "dora",
        "dora.zip/05.ipynb": "dora",
        "eve.zip/bob/05.ipynb": "eve",
        "max.zip/05_endomorphism/05.ipynb": "max",
        "max.zip/06_functors/06.ipynb": "max",
        "zoe.zip": "zoe",
    }
    assert "the zip cannot be read" in reason(submissions(tmp_path)[-1])


def test_a_zip_further_down_belongs_to_the_folder_at_the_top(tmp_path: Path) -> None:
    folder = tmp_path / "Ada Lovelace_123_assignsubmission_file_" / "tries"
    folder.mkdir(parents=True)
    packed(folder / "homework.ZIP", {"bob/05.ipynb": b"1"})
    (one,) = submissions(tmp_path)
    assert one.student == "Ada Lovelace_123_assignsubmission_file_"
    assert one.content() == b"1"


def test_the_zip_of_a_class_has_zips_of_learners(tmp_path: Path) -> None:
    inner = {name: packed(tmp_path / name, {"bob/05.ipynb": name.encode()}).read_bytes() for name in ("a.zip", "b.zip")}
    found = submissions(
        packed(tmp_path / "class.zip", {"ada.zip": inner["a.zip"], "eve/home/work.zip": inner["b.zip"]})
    )
    assert named(found) == {"ada.zip/bob/05.ipynb": "ada", "eve/home/work.zip/bob/05.ipynb": "eve"}
    assert [one.content() for one in found] == [b"a.zip", b"b.zip"]


def test_a_broken_zip_in_the_zip_of_a_class_is_of_its_student(tmp_path: Path) -> None:
    found = submissions(packed(tmp_path / "class.zip", {"ada.zip": b"PK no zip", "bob.ipynb": b"1"}))
    assert named(found) == {"ada.zip": "ada", "bob.ipynb": "bob"}
    assert "the zip cannot be read" in reason(found[0])
    assert found[1].content() == b"1"


@pytest.mark.parametrize("name", ["../out.ipynb", "a/../../out.ipynb", "/../out.ipynb"])
def test_a_name_in_a_zip_leads_nowhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (one,) = submissions(packed(folder / "class.zip", {name: b"1"}))
    assert "leads outside" in reason(one)
    assert sorted(tmp_path.rglob("*")) == [folder, folder / "class.zip"]
    assert one.student not in ("..", "/", "")


def test_nothing_is_unpacked(tmp_path: Path) -> None:
    (one,) = submissions(packed(tmp_path / "class.zip", {"/etc/passwd.ipynb": b"mine"}))
    assert one.content() == b"mine"
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]


class Written(zipfile.ZipInfo):
    """An entry whose name is written as some program does, which says nothing of how."""

    encoding = "ascii"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  as zipfile calls it
        return self.filename.encode(self.encoding), self.flag_bits


def written(path: Path, names: list[str], encoding: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            entry = Written(name)
            entry.encoding = encoding
            archive.writestr(entry, name.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_names_that_windows_and_old_programs_wrote_are_read(tmp_path: Path, encoding: str) -> None:
    names = ["Zoë Müller\\05\\05.ipynb", "Zoë Müller\\", "José/05.ipynb", "ada.ipynb"]
    found = submissions(written(tmp_path / "class.zip", names, encoding))
    assert named(found) == {"José/05.ipynb": "José", "Zoë Müller/05/05.ipynb": "Zoë Müller", "ada.ipynb": "ada"}
    assert [one.content() for one in found] == [names[2].encode(), names[0].encode(), b"ada.ipynb"]
    written(folder_in(tmp_path) / "eve.zip", ["work\\größe.ipynb"], encoding)
    (one,) = submissions(tmp_path / "class")
    assert (one.file, one.student, one.content()) == ("eve.zip/work/größe.ipynb", "eve", "work\\größe.ipynb".encode())


def test_a_backslash_leads_nowhere_either(tmp_path: Path) -> None:
    (one,) = submissions(written(tmp_path / "class.zip", ["..\\..\\etc\\05.ipynb"], "utf-8"))
    assert reason(one) == "its name leads outside its folder"


def test_of_two_entries_with_one_name_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ada.ipynb", b"first")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("ada.ipynb", b"last")
    (one,) = submissions(path)
    assert one.content() == b"last"


def test_a_zip_is_opened_once_for_all_its_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"student{number:02}.ipynb": bytes([number]) for number in range(40)}
    path = packed(tmp_path / "class.zip", files)
    openings: list[Path] = []

    class Noted(zipfile.ZipFile):
        def __init__(self, path: Path) -> None:
            openings.append(path)
            super().__init__(path)

    monkeypatch.setattr(zipfile, "ZipFile", Noted)
    found = submissions(path)
    with ThreadPoolExecutor(4) as threads:
        read = dict(zip((one.file for one in found), threads.map(Submission.content, found), strict=True))
    assert read == files
    assert openings == [path]


def test_few_zips_are_open_at_a_time(tmp_path: Path) -> None:
    for number in range(5 * archives.OPEN):
        packed(tmp_path / f"student{number:02}.zip", {"05.ipynb": bytes([number])})
    found = submissions(tmp_path)
    assert [one.content() for one in found] == [bytes([number]) for number in range(5 * archives.OPEN)]
    links = (path for path in Path("/proc/self/fd").iterdir() if path.is_symlink())
    held = [link for link in links if tmp_path in Path(os.readlink(link)).parents]
    assert len(held) <= archives.OPEN


def test_one_thread_at_a_time_reads_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """zipfile counts its readers without a lock, and may close the file under one of them."""
    (one,) = submissions(packed(tmp_path / "class.zip", {"ada.ipynb": b"1"}))
    assert one.archive is not None
    archive, read = one.archive, zipfile.ZipExtFile.read

    def alone(stream: zipfile.ZipExtFile, size: int) -> bytes:
        assert archive.lock.locked()
        return read(stream, size)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", alone)
    assert one.content() == b"1"
    assert not archive.lock.locked()


def test_a_broken_entry_costs_no_other(tmp_path: Path) -> None:
    path = packed(tmp_path / "class.zip", {name: bytes(500) for name in ("ada.ipynb", "eve.ipynb", "zoe.ipynb")})
    content = bytearray(path.read_bytes())
    place = content.index(b"eve.ipynb") + len("eve.ipynb")
    content[place : place + 4] = b"\xff" * 4
    path.write_bytes(content)
    reasons = {one.student: one.content_or_reason()[1] for one in submissions(path) * 2}
    assert reasons.pop("eve").startswith("it cannot be read")
    assert reasons == {"ada": "", "zoe": ""}


def test_a_bomb_is_read_no_further_than_a_file_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 2**20)
    monkeypatch.setattr(archives, "LARGEST_FILE", 2**20)
    (one,) = submissions(packed(tmp_path / "class.zip", {"ada.ipynb": bytes(2**24)}))
    assert reason(one) == "it is larger than 1 MB"
    (tmp_path / "big.ipynb").write_bytes(bytes(2**20 + 1))
    assert reason(submissions(tmp_path)[0]) == "it is larger than 1 MB"


def test_a_zip_of_one_student_costs_no_more_than_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed(tmp_path / "eve.zip", {f"{number}.ipynb": b"" for number in range(archives.MOST_IN_ZIP + 1)})
    assert named(submissions(tmp_path)) == {"eve.zip": "eve"}
    assert "more than 2000 files" in reason(submissions(tmp_path)[0])
    packed(tmp_path / "eve.zip", {"a.ipynb": bytes(600), "b.ipynb": bytes(600)})
    monkeypatch.setattr(module, "LARGEST_ZIP", 1000)
    assert "the zip has more than" in reason(submissions(tmp_path)[0])


def test_a_zip_in_a_zip_that_was_handed_in_has_its_reason(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"ada.ipynb": b"1"}).read_bytes()
    packed(folder_in(tmp_path) / "ada.zip", {"inner.zip": inner})
    (one,) = submissions(tmp_path / "class")
    assert (one.file, one.student) == ("ada.zip/inner.zip", "ada")
    assert reason(one) == "it is a zip in a zip, and is not opened"


def folder_in(place: Path) -> Path:
    (place / "class").mkdir()
    return place / "class"


def test_the_files_of_macos_beside_others_are_left_out(tmp_path: Path) -> None:
    """`._ada.ipynb` is no student; where nothing stands beside it, it has its row."""
    for name in ("ada.ipynb", "._ada.ipynb", "._eve.ipynb"):
        (tmp_path / name).write_bytes(b"1")
    packed(tmp_path / "bob.zip", {"05.ipynb": b"1", "._05.ipynb": b"\0\5", "more/._05.ipynb": b"\0\5"})
    assert [one.file for one in submissions(tmp_path)] == [
        "._eve.ipynb", "ada.ipynb", "bob.zip/05.ipynb", "bob.zip/more/._05.ipynb",
    ]  # fmt: skip


def test_a_letter_with_an_accent_is_one_letter_in_a_name(tmp_path: Path) -> None:
    (tmp_path / "rene\u0301.ipynb").write_bytes(b"1")
    (one,) = submissions(tmp_path)
    assert one.student == "ren\u00e9"
    assert one.content() == b"1"


def test_forty_zips_of_one_student_cost_no_other(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"05.ipynb": b"1"}).read_bytes()
    many = {f"eve/{number:02}.zip": inner for number in range(40)}
    folder = folder_in(tmp_path)
    for name, content in {**many, "ada.zip": inner}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    for source in (folder, packed(tmp_path / "class.zip", {**many, "ada.zip": inner})):
        found = submissions(source)
        assert sum(one.content_or_reason() == (b"1", "") for one in found if one.student == "eve") == module.MOST_ZIPS
        assert {one.trouble for one in found} == {"", "eve has more than 5 zips, and this one is not opened"}
        assert [one.content() for one in found if one.student == "ada"] == [b"1"]


def test_a_long_list_of_files_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed(tmp_path / "eve.zip", {f"{number}.ipynb": b"" for number in range(20)}).read_bytes()
    packed(tmp_path / "outer", {"eve.zip": content})
    monkeypatch.setattr(archives, "LARGEST_LIST", 500)
    for source in (tmp_path, tmp_path / "outer"):
        one = submissions(source)[0]
        assert reason(one) == "the zip cannot be read: it lists more than 2000 files"
        assert one.student == "eve"


def test_a_file_beside_is_found_where_a_student_could_not_have_put_it(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    inner = packed(tmp_path / "inner.zip", {"05.ipynb": b"1", "timestamp.txt": b"forged"}).read_bytes()
    files = {
        "ada/05/05.ipynb": b"1",
        "ada/05/timestamp.txt": b"first",
        "eve/05.zip": inner,
        "eve/timestamp.txt": b"then",
    }
    for name, content in {**files, "bob.zip": inner}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for source in (folder, packed(tmp_path / "class.zip", {**files, "bob.zip": inner})):
        beside = {one.student: one.beside("timestamp.txt") for one in submissions(source)}
        assert beside == {"ada": b"first", "eve": b"then", "bob": b""}


def test_an_encrypted_or_broken_entry_has_its_reason(tmp_path: Path) -> None:
    content = bytearray(packed(tmp_path / "class.zip", {"ada.ipynb": b"123" * 100}).read_bytes())
    start, centre = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    changes = {
        "encrypted": [(start + 6, b"\x01"), (centre + 8, b"\x01")],
        "compression": [(start + 8, b"\x63"), (centre + 10, b"\x63")],
        "CRC": [(centre + 16, b"\0\0\0\0")],
        "cannot be read": [(start + 30 + len("ada.ipynb"), b"\xff" * 4)],  # the packed bytes themselves
        "leads|read|range|seek|truncated|magic": [(centre + 42, struct.pack("<I", 10**6))],
    }
    for words, places in changes.items():
        broken = bytearray(content)
        for place, new in places:
            broken[place : place + len(new)] = new
        (tmp_path / "class.zip").write_bytes(broken)
        (one,) = submissions(tmp_path / "class.zip")
        assert any(word in reason(one) for word in words.split("|")), reason(one)


@given(st.binary(max_size=60), st.integers(0, 200))
def test_no_bytes_of_a_zip_stop_the_class(tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int) -> None:
    folder = tmp_path_factory.mktemp("class")
    path = packed(folder / "eve.zip", {"05.ipynb": b"123" * 20})
    content = bytearray(path.read_bytes())
    content[place : place + len(noise)] = noise
    path.write_bytes(content)
    for one in submissions(folder):
        one.content_or_reason()


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "class", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.ipynb").write_bytes(b"secret")
    packed(outside / "secret.zip", {"secret.ipynb": b"secret"})
    links: dict[str, Path] = {
        "passwd.ipynb": Path("/etc/passwd"),
        "folder.ipynb": outside,
        "folder": outside,
        "loop.ipynb": folder / "loop.ipynb",
        "secret.zip": outside / "secret.zip",
        "none.ipynb": Path("nowhere"),
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    found = submissions(folder)
    assert {one.file for one in found} == {path.name for path in folder.iterdir()}
    assert {reason(one) for one in found if one.file.endswith(".ipynb")} == {
        "it is a symbolic link, and links are not followed"
    }
    assert all(one.content_or_reason()[0] == b"" for one in found)


def test_a_link_in_a_zip_is_a_link(tmp_path: Path) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("ada.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "symbolic link" in reason(submissions(path)[0])


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.ipynb")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)  # the name of a socket is short
        try:
            server.bind("socket.ipynb")
        finally:
            os.chdir(here)
        fifo, other = submissions(tmp_path)
    assert reason(fifo) == "it is no ordinary file"
    assert "cannot be read" in reason(other)
    assert reason(Submission(tmp_path, "folder.ipynb", "a")).startswith("it cannot be read")


def test_what_may_not_be_read_has_its_row() -> None:
    """As an ordinary user, since root may read everything."""
    folder = Path(tempfile.mkdtemp())  # tmp_path stands in a folder that is its owner's alone
    try:
        folder.chmod(0o755)
        (folder / "ada").mkdir(mode=0)
        (folder / "bob.ipynb").write_bytes(b"1")
        (folder / "bob.ipynb").chmod(0)
        with as_an_ordinary_user():
            found = [(one.file, one.student, one.content_or_reason()[1]) for one in submissions(folder)]
    finally:
        (folder / "ada").chmod(0o700)
        shutil.rmtree(folder)
    assert [(file, student) for file, student, _ in found] == [("ada", "ada"), ("bob.ipynb", "bob")]
    assert all("Permission denied" in words for *_, words in found)


def test_a_class_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_OF_CLASS", 2)
    for name in "abc":
        (tmp_path / f"{name}.ipynb").write_bytes(b"")
    with pytest.raises(ValueError, match="more than 2 files"):
        within_limits(submissions(tmp_path))


def test_the_many_files_of_a_student_have_a_limit_and_a_row_that_names_it(tmp_path: Path) -> None:
    names = [f"eve/venv/lib/{number:04}.py" for number in range(300)] + [
        "eve/venv/lib/a/x.ipynb",
        "eve/05.ipynb",
        "eve/a.csv",
    ]
    for name in [*names, "bob.ipynb"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    found = within_limits(submissions(tmp_path))
    theirs = [one for one in found if one.student == "eve"]
    assert len(theirs) == limits.MOST_FILES + 1
    assert {one.file for one in theirs} >= {"eve/05.ipynb", "eve/venv/lib/a/x.ipynb", "eve/a.csv"}
    assert [one.file for one in found if not one.trouble and one.is_notebook] == [
        "bob.ipynb", "eve/05.ipynb", "eve/venv/lib/a/x.ipynb",
    ]  # fmt: skip
    (last,) = [one for one in theirs if one.trouble]
    assert reason(last) == "eve has more than 50 files: this one and those behind it are not looked at"


def test_a_folder_is_walked_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WALKED", 10)
    for name in [*(f"eve/{number}" for number in range(20)), "zoe.ipynb"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    assert Counter(one.student for one in submissions(tmp_path)) == {"eve": 10, "zoe": 1}


def test_the_notebooks_of_a_student_have_so_many_bytes_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 2**20)
    large = {f"{number}.ipynb": bytes(2**19 + number) for number in range(4)}
    packed(tmp_path / "eve.zip", {"data.csv": bytes(2**21), **large})
    (tmp_path / "bob.ipynb").write_bytes(bytes(2**20))
    found = {one.file: one.content_or_reason() for one in within_limits(submissions(tmp_path))}
    assert [file for file, (content, _) in found.items() if content] == ["bob.ipynb", "eve.zip/0.ipynb"]
    assert found["eve.zip/1.ipynb"][1] == "eve has notebooks of more than 1 MB in all"
    assert "no notebook" in found["eve.zip/data.csv"][1]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_file_belongs_to_a_student_whose_name_is_no_path(file: str) -> None:
    assert "/" not in student_of(file)


def test_the_student_is_the_first_folder_or_the_name() -> None:
    assert [student_of(file) for file in ("ada.ipynb", "ada/05/05.ipynb", "/x/y.ipynb", "../z.ipynb")] == [
        "ada", "ada", "y", "z",
    ]  # fmt: skip
