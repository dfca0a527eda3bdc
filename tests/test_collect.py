"""What learning management systems hand out becomes submissions under students' ids, whatever students put into it."""

import json
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from conftest import Command, scores, small_notebook

from autograder.classroom.collect import OLDER, TAKEN, UNCHANGED, Collection, collect
from autograder.errors import UsageError
from autograder.seams.open_course import find_course

Files = dict[str, bytes]
NOON = (2026, 3, 1, 12, 0, 0)


def notebook(answer: str = "def double(x):\n    return 2 * x") -> bytes:
    nb = small_notebook()
    nb.cells[1].source = answer
    return json.dumps(nb).encode()


WORK = notebook()


def zipped(path: Path, files: Files, when: tuple[int, int, int, int, int, int] = NOON) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), content)
    return path


def unzipped(path: Path) -> Path:
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


GRADESCOPE = """submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: ada
    :email: ada@example.org
  :created_at: 2026-03-01 12:00:00 +00:00
  :score: 3.0
submission_12:
  :submitters:
  - :name: Bob Byte
    :sid: ''
    :email: bob@example.org
  :created_at: 2026-03-01 13:00:00 +00:00
"""
NOTE = b"a note"
# For each system: the download, and the students that it makes.
DOWNLOADS: dict[str, tuple[Files, dict[str, str]]] = {
    "moodle": (
        {
            "Ada Lovelace_4711_assignsubmission_file/notebook.ipynb": WORK,
            "Bob B. Byte_4712_assignsubmission_file/notebook.ipynb": WORK,
            "Bob B. Byte_4712_assignsubmission_onlinetext/onlinetext.html": NOTE,
        },
        {"ada-lovelace": "moodle", "bob-b-byte": "moodle"},
    ),
    "canvas": (
        {
            "lovelaceada_4321_987654_notebook.ipynb": WORK,
            "bytebob_LATE_4322_987655_notebook-1.ipynb": WORK,
        },
        {"lovelaceada": "canvas", "bytebob": "canvas"},
    ),
    "blackboard": (
        {
            "Homework%201_ada_attempt_2026-03-01-12-00-00_notebook.ipynb": WORK,
            "Homework%201_ada_attempt_2026-03-01-12-00-00.txt": NOTE,
            "Homework%201_bob_attempt_2026-03-01-13-00-00_notebook.ipynb": WORK,
            "Homework%201_bob_attempt_2026-03-01-13-00-00.txt": NOTE,
        },
        {"ada": "blackboard", "bob": "blackboard"},
    ),
    "brightspace": (
        {
            "39786-640693 - Ada Lovelace - Mar 1, 2026 1200 PM/notebook.ipynb": WORK,
            "101 - Bob Byte - Mar 1, 2026 900 AM/notebook.ipynb": WORK,
            "index.html": NOTE,
        },
        {"ada-lovelace": "brightspace", "bob-byte": "brightspace"},
    ),
    "gradescope": (
        {
            "assignment_7_export/submission_metadata.yml": GRADESCOPE.encode(),
            "assignment_7_export/submission_11/notebook.ipynb": WORK,
            "assignment_7_export/submission_12/notebook.ipynb": WORK,
        },
        {"ada": "gradescope", "bob@example.org": "gradescope"},
    ),
    "ilias": (
        {"Lovelace_Ada_ada_1234567/notebook.ipynb": WORK, "Byte_Bob_bob.b_1234568/notebook.ipynb": WORK},
        {"ada": "ilias", "bob.b": "ilias"},
    ),
    "folder": (
        {"ada/notebook.ipynb": WORK, "bob/small/notebook.ipynb": WORK},
        {"ada": "folder", "bob": "folder"},
    ),
}


@pytest.fixture
def take(course: Path) -> Callable[..., Collection]:
    """Collects archives for the small assignment."""

    def run(*archives: Path, system: str | None = None, roster: Path | None = None) -> Collection:
        return collect(find_course(course), "small", archives, system, roster, UTC)

    return run


Take = Callable[..., Collection]


def submitted(course: Path) -> dict[str, bytes]:
    """Return name -> content below the submitted folder, times left out."""
    folder = course / "grading" / "submitted"
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "timestamp.txt")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("unpacked", [False, True])
@pytest.mark.parametrize("system", DOWNLOADS)
def test_each_system_is_recognised_and_read(
    course: Path, take: Take, tmp_path: Path, system: str, unpacked: bool
) -> None:
    files, students = DOWNLOADS[system]
    path = zipped(tmp_path / "download.zip", files)
    path = unzipped(path) if unpacked else path
    result = take(path)
    assert result.systems == {str(path): system}
    assert not result.not_understood
    assert {one.student: one.state for one in result.collected} == dict.fromkeys(students, TAKEN)
    assert {student: submitted(course)[f"{student}/small/notebook.ipynb"] for student in students} == dict.fromkeys(
        students, WORK
    )


@pytest.mark.parametrize("system", DOWNLOADS)
def test_collecting_twice_changes_nothing(course: Path, take: Take, tmp_path: Path, system: str) -> None:
    path = zipped(tmp_path / "download.zip", DOWNLOADS[system][0])
    take(path)
    before = {p: p.read_bytes() for p in (course / "grading").rglob("*") if p.is_file()}
    assert {one.state for one in take(path).collected} == {UNCHANGED}
    assert {p: p.read_bytes() for p in (course / "grading").rglob("*") if p.is_file()} == before


def test_clones_are_named_by_what_follows_their_common_beginning(course: Path, take: Take, tmp_path: Path) -> None:
    for student in ("ada", "bob-b"):
        folder = tmp_path / "clones" / f"homework-1-{student}"
        (folder / ".git").mkdir(parents=True)
        (folder / ".git" / "HEAD").write_text("ref: refs/heads/main")
        (folder / "notebook.ipynb").write_bytes(WORK)
    result = take(tmp_path / "clones")
    assert set(result.systems.values()) == {"git"}
    assert submitted(course) == {"ada/small/notebook.ipynb": WORK, "bob-b/small/notebook.ipynb": WORK}


@pytest.mark.parametrize(
    "name",
    ["notebook-1.ipynb", "notebook (2).ipynb", "Notebook.IPYNB", "a/b/notebook.ipynb", "notebook-Copy1.ipynb"],
)
def test_a_wrong_name_with_one_sensible_reading_is_put_right_and_told(
    course: Path, take: Take, tmp_path: Path, name: str
) -> None:
    result = take(zipped(tmp_path / "x.zip", {f"ada/{name}": WORK, "bob/notebook.ipynb": WORK}))
    assert submitted(course)["ada/small/notebook.ipynb"] == WORK
    assert result.collected[0].remarks == [f"{name} was taken as notebook.ipynb."]


def test_a_lone_notebook_of_any_name_is_taken_if_it_has_the_assignments_cells(
    course: Path, take: Take, tmp_path: Path
) -> None:
    other = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    take(zipped(tmp_path / "x.zip", {"ada/my work.ipynb": WORK, "bob/my work.ipynb": other}))
    assert submitted(course) == {"ada/small/notebook.ipynb": WORK, "bob/small/my work.ipynb": other}


def test_two_readings_are_left_as_they_are_and_told(course: Path, take: Take, tmp_path: Path) -> None:
    files = {"ada/notebook-1.ipynb": WORK, "ada/notebook-2.ipynb": WORK, "bob/notebook.ipynb": WORK}
    result = take(zipped(tmp_path / "x.zip", files))
    assert "ada/small/notebook.ipynb" not in submitted(course)
    assert "any of them could be notebook.ipynb" in result.collected[0].remarks[0]


def test_a_zip_that_a_student_handed_in_is_unpacked(course: Path, take: Take, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"notebook.ipynb": WORK, "data.csv": NOTE}).read_bytes()
    take(zipped(tmp_path / "x.zip", {"ada/small-2026-03-01.zip": inner, "bob/notebook.ipynb": WORK}))
    assert submitted(course)["ada/small/notebook.ipynb"] == WORK
    assert submitted(course)["ada/small/data.csv"] == NOTE


def test_the_newest_attempt_counts_and_the_others_are_kept(course: Path, take: Take, tmp_path: Path) -> None:
    old, new = notebook("old = 1"), notebook("new = 1")
    files = {
        "hw_ada_attempt_2026-03-02-12-00-00_notebook.ipynb": new,
        "hw_ada_attempt_2026-03-01-12-00-00_notebook.ipynb": old,
    }
    result = take(zipped(tmp_path / "x.zip", files))
    assert submitted(course) == {"ada/small/notebook.ipynb": new}
    assert result.collected[0].earlier == 1
    kept = course / "grading" / "earlier" / "small" / "ada" / "2026-03-01-12-00-00" / "notebook.ipynb"
    assert kept.read_bytes() == old
    stamp = course / "grading" / "submitted" / "ada" / "small" / "timestamp.txt"
    assert stamp.read_text() == "2026-03-02 12:00:00 UTC"


def test_an_older_download_does_not_replace_a_newer_one(course: Path, take: Take, tmp_path: Path) -> None:
    names = [f"hw_ada_attempt_2026-03-0{day}-12-00-00_notebook.ipynb" for day in (1, 2)]
    older = zipped(tmp_path / "1.zip", {names[0]: notebook("old = 1")})
    newer = zipped(tmp_path / "2.zip", {names[1]: WORK})
    take(newer)
    assert [one.state for one in take(older).collected] == [OLDER]
    assert submitted(course) == {"ada/small/notebook.ipynb": WORK}
    take(zipped(tmp_path / "3.zip", {"hw_ada_attempt_2026-03-03-12-00-00_notebook.ipynb": notebook("newest = 1")}))
    kept = {path.parent.name for path in (course / "grading" / "earlier").rglob("*.ipynb")}
    assert kept == {"2026-03-01-12-00-00", "2026-03-02-12-00-00"}


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "class.csv"
    path.write_text(
        "Student ID,Last name,First name,Email\n"
        "s1,Lovelace,Ada,ada@example.org\ns2,Byte,Bob B.,bob@example.org\ns3,Zoé,Cleo,cleo@example.org\n",
        encoding="utf-8-sig",
    )
    return path


@pytest.mark.parametrize("system", ["moodle", "canvas", "brightspace", "gradescope"])
def test_a_roster_says_who_is_who(course: Path, take: Take, tmp_path: Path, roster: Path, system: str) -> None:
    if system != "moodle":
        roster.write_text(roster.read_text(encoding="utf-8-sig").replace("Bob B.", "Bob"))
    result = take(zipped(tmp_path / "x.zip", DOWNLOADS[system][0]), roster=roster)
    assert {one.student for one in result.collected} == {"s1", "s2"}
    assert result.nothing_yet == ["s3"]


def test_who_is_in_no_row_is_told_and_what_a_person_fills_in_is_remembered(
    course: Path, take: Take, tmp_path: Path, roster: Path
) -> None:
    download = zipped(tmp_path / "x.zip", {"Bobby Bits_88_assignsubmission_file/notebook.ipynb": WORK})
    result = take(download, roster=roster)
    assert "Bobby Bits (moodle small:88): in no row of the roster" in result.not_understood[0]
    assert not submitted(course)
    kept = course / "grading" / "roster.csv"
    kept.write_text(kept.read_text().replace("\n,Bobby Bits,", "\ns9,Bobby Bits,"))
    assert [one.student for one in take(download).collected] == ["s9"]
    renamed = zipped(tmp_path / "y.zip", {"B. Bits_88_assignsubmission_file/notebook.ipynb": WORK})
    assert [one.student for one in take(renamed).collected] == ["s9"]


def test_two_students_of_one_name_are_not_mixed_up(course: Path, take: Take, tmp_path: Path) -> None:
    names = "Ada Lovelace_{}_assignsubmission_file/notebook.ipynb"
    first = take(zipped(tmp_path / "x.zip", {names.format(number): WORK for number in (1, 2)}))
    assert [one.student for one in first.collected] == ["ada-lovelace", "ada-lovelace-2"]
    shutil.copytree(course / "solutions" / "small", course / "solutions" / "next")
    later = zipped(tmp_path / "y.zip", {names.format(31): WORK})
    second = collect(find_course(course), "next", [later], None, None, UTC)
    assert not second.collected
    assert "2 rows of the roster have this name; put next:31 into the column moodle" in second.not_understood[0]


def test_a_teams_work_counts_for_each_member(course: Path, take: Take, tmp_path: Path, roster: Path) -> None:
    text = roster.read_text(encoding="utf-8-sig").replace("Email\n", "Email,moodle\n")
    for address in ("ada@example.org", "bob@example.org"):
        text = text.replace(address, f"{address},small:5")
    roster.write_text(text)
    download = zipped(tmp_path / "x.zip", {"Team One_5_assignsubmission_file/notebook.ipynb": WORK})
    assert [one.student for one in take(download, roster=roster).collected] == ["s1", "s2"]


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, NOON)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


HOSTILE = {
    "traversal": zipfile.ZipInfo("ada/../../../../evil.ipynb", NOON),
    "absolute": zipfile.ZipInfo("/tmp/evil.ipynb", NOON),
    "drive": zipfile.ZipInfo("C:\\evil.ipynb", NOON),
    "backslashes": zipfile.ZipInfo("ada\\..\\..\\evil.ipynb", NOON),
    "link": link("ada/evil.ipynb"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_member_is_told_and_harms_nothing(course: Path, take: Take, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(HOSTILE[kind], "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("bob/notebook.ipynb", NOON), WORK)
    result = take(path)
    assert len(result.not_understood) == 1
    assert submitted(course) == {"bob/small/notebook.ipynb": WORK}
    assert not list(tmp_path.parent.rglob("evil*"))


def test_a_bomb_is_refused_before_it_is_unpacked(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            with archive.open(f"s{number}/notebook.ipynb", "w") as member:
                for _ in range(6):
                    member.write(bytes(10_000_000))
    with pytest.raises(UsageError, match=r"bomb\.zip would unpack from \d+ to \d+ bytes"):
        take(path)


def test_a_list_of_too_many_members_is_not_read(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 200_000_000, 0, 0))
    with pytest.raises(UsageError, match="lists more members than can be read"):
        take(path)


def test_names_that_differ_only_by_case_do_not_overwrite_each_other(course: Path, take: Take, tmp_path: Path) -> None:
    files = {"ada/notebook.ipynb": WORK, "ada/NOTEBOOK.ipynb": b"other", "bob/notebook.ipynb": WORK}
    result = take(zipped(tmp_path / "x.zip", files))
    assert submitted(course)["ada/small/notebook.ipynb"] == WORK
    assert "Not taken: NOTEBOOK.ipynb" in result.collected[0].remarks[0]


def test_a_link_in_a_folder_is_not_followed(course: Path, take: Take, tmp_path: Path) -> None:
    for student in ("ada", "bob"):
        (tmp_path / "x" / student).mkdir(parents=True)
        (tmp_path / "x" / student / "notebook.ipynb").write_bytes(WORK)
    (tmp_path / "x" / "ada" / "data.csv").symlink_to("/etc/passwd")
    result = take(tmp_path / "x")
    assert result.not_understood == ["ada/data.csv: it is a link or a device, not a file"]
    assert "ada/small/data.csv" not in submitted(course)


BAD = {
    "missing.zip": "cannot be read: No such file",
    "text.zip": "is neither a folder nor a zip file",
    "cut.zip": "is not a zip file that can be read|is neither a folder nor a zip file",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_archive_is_told_in_one_sentence_and_nothing_is_written(
    course: Path, take: Take, tmp_path: Path, name: str
) -> None:
    good = zipped(tmp_path / "good.zip", {"ada/notebook.ipynb": WORK, "bob/notebook.ipynb": WORK})
    (tmp_path / "text.zip").write_text("no zip")
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-60])
    with pytest.raises(UsageError, match=BAD[name]):
        take(good, tmp_path / name)
    assert not submitted(course)


def test_a_broken_member_costs_only_its_student(course: Path, take: Take, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("ada/notebook.ipynb", NOON), WORK)
        archive.writestr(zipfile.ZipInfo("bob/notebook.ipynb", NOON), WORK)
    content = bytearray(path.read_bytes())
    place = content.index(WORK[:40])
    content[place : place + 4] = b"XXXX"
    path.write_bytes(content)
    result = take(path)
    assert submitted(course) == {"bob/small/notebook.ipynb": WORK}
    assert "broken" in result.collected[0].remarks[0]


def test_a_roster_without_ids_and_a_system_of_no_name_are_told(take: Take, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", DOWNLOADS["folder"][0])
    (tmp_path / "r.csv").write_text("colour,shape\nred,round\n")
    with pytest.raises(UsageError, match="no column student_id"):
        take(path, roster=tmp_path / "r.csv")
    with pytest.raises(UsageError, match="no learning management system 'sakai'"):
        take(path, system="sakai")


def test_the_command_prints_a_table_and_what_was_not_understood(course: Path, command: Command, tmp_path: Path) -> None:
    files = DOWNLOADS["canvas"][0] | {"no-name.ipynb": WORK}
    path = zipped(tmp_path / "x.zip", files)
    result = command("autograder", "collect", "small", str(path), "--timezone", "Europe/Berlin")
    assert result.returncode == 1
    assert "from canvas" in result.stdout
    assert "small — 2 taken" in result.stdout
    assert "2026-03-01 11:00 late" in result.stdout
    assert result.stderr == "Not understood: no-name.ipynb: canvas names no file like this.\n"
    again = command("autograder", "collect", "small", str(path), "--timezone", "Europe/Berlin")
    assert "small — 2 unchanged" in again.stdout
    unknown = command("autograder", "collect", "small", str(path), "--timezone", "Mars")
    assert unknown.stderr == "There is no time zone 'Mars': write one like Europe/Berlin or UTC.\n"
    assert unknown.returncode == 2


def test_what_is_collected_is_graded(course: Path, command: Command, tmp_path: Path) -> None:
    command("autograder", "release", "small")
    path = zipped(tmp_path / "x.zip", DOWNLOADS["moodle"][0])
    assert command("autograder", "collect", "small", str(path)).returncode == 0
    assert command("autograder", "grade", "small").returncode == 0
    assert scores(course) == {"ada-lovelace": 4, "bob-b-byte": 4}
