"""Collect: downloads of a learning management system become submissions, each under its student's id."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import nbformat

from autograder.classroom.archives import open_archive
from autograder.classroom.handed_in import Attempt, Files, files_of
from autograder.classroom.roster import ROSTER, AmbiguousNameError, Roster, doubled, merged, read_roster, write_roster
from autograder.classroom.systems import Person, pieces_of, recognise
from autograder.course import Course
from autograder.errors import UsageError
from autograder.files import plain_files, remove_tree, write_files
from autograder.gradebook import id_problem
from autograder.harmless import printable
from autograder.submissions.intake import TIMESTAMP, as_text, read_time

EARLIER = Path("grading", "earlier")  # below the course folder: attempts that do not count
TAKEN, UNCHANGED, OLDER = "taken", "unchanged", "older than what is there"
LARGEST_THERE = 2**40  # bytes; what was collected before is compared whole


@dataclass
class Collected:
    """What became of one student's attempts."""

    student: str
    state: str  # TAKEN, UNCHANGED or OLDER
    handed_in: datetime
    late: bool
    earlier: int  # how many attempts do not count
    remarks: list[str]


@dataclass
class Collection:
    """What became of downloads."""

    systems: dict[str, str]  # archive -> the system that it comes from
    collected: list[Collected] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)  # members and persons, each with the reason
    nothing_yet: list[str] = field(default_factory=list)  # students of the roster without a submission


def collect(
    course: Course,
    assignment: str,
    archives: Sequence[Path],
    system: str | None = None,
    roster_file: Path | None = None,
    zone: tzinfo | None = None,
) -> Collection:
    """Put what students handed in into the submitted folder; running it twice changes nothing.

    Args:
        course: The course.
        assignment: The assignment's name.
        archives: Zip files or folders, as a system handed them out.
        system: Where they come from; None: system_name out for each archive.
        roster_file: A CSV file that says which student has which identity; it is kept as ROSTER.
        zone: The time zone of times that have none; None: this machine's.

    Raises:
        UsageError: An archive, the roster or the system's name cannot be understood; nothing is changed then.
    """
    course.check_assignment(assignment)
    zone = zone or _local_zone()
    roster = _roster(course.root / ROSTER, roster_file)
    result = Collection({})
    with contextlib.ExitStack() as opened:
        attempts: dict[str, dict[tuple[str, str], Attempt]] = {}
        for path in archives:
            archive = opened.enter_context(open_archive(path, zone))
            result.systems[str(path)] = system_name = system or recognise(archive)
            pieces, unfitting = pieces_of(archive, system_name, assignment, zone)
            result.not_understood += archive.refused + [
                f"{name}: {system_name} names no file like this" for name in unfitting
            ]
            for piece in pieces:
                for student in _students(roster, piece.person, result):
                    attempt = attempts.setdefault(student, {}).setdefault(
                        (str(path), piece.attempt), Attempt(piece.handed_in, piece.late, str(path))
                    )
                    attempt.pieces.append(piece)
                    attempt.handed_in = max(attempt.handed_in, piece.handed_in)
        ids = _grade_ids(course, assignment)
        for student, own in sorted(attempts.items()):
            ordered = sorted(own.values(), key=lambda attempt: attempt.handed_in)
            files = [files_of(attempt, course.notebooks(assignment), ids, zone) for attempt in ordered]
            result.collected.append(_place(course, assignment, student, ordered, files))
    write_roster(roster, course.root / ROSTER)
    students_with_work = set(course.students(assignment))
    result.nothing_yet = sorted(set(roster.students) - students_with_work)
    result.not_understood = list(dict.fromkeys(result.not_understood))
    return result


def _local_zone() -> tzinfo:
    zone = datetime.now().astimezone().tzinfo
    return zone or UTC


def _roster(kept: Path, given: Path | None) -> Roster:
    roster = read_roster(kept) if kept.exists() else Roster([])
    if given:
        roster = merged(roster, read_roster(given))
    if twice := list(doubled(roster)):
        raise UsageError(f"{given or kept} names {', '.join(twice)} more than once: each student has one row.")
    return roster


def _students(roster: Roster, person: Person, result: Collection) -> list[str]:
    """Return the student ids of a person, and remember them; a person without an id is reported."""
    try:
        rows = roster.match(person) or [roster.add(person)]
    except AmbiguousNameError as error:
        result.not_understood.append(str(error))
        return []
    for row in rows:
        roster.learn(row, person)
    students = []
    for row in rows:
        problem = id_problem(row.student_id) if row.student_id else None
        if not row.student_id:
            who = printable(f"{person.name or person.key} ({person.system} {person.key})")
            result.not_understood.append(f"{who}: in no row of the roster; put the student_id into {ROSTER}")
        elif problem or "/" in row.student_id or row.student_id.startswith("."):
            result.not_understood.append(problem or f"{printable(row.student_id)}: a folder cannot have this name")
        else:
            students.append(row.student_id)
    return students


def _grade_ids(course: Course, assignment: str) -> set[str]:
    ids = set()
    for notebook in course.notebooks(assignment):
        nb = nbformat.read(course.folder("source", assignment) / f"{notebook}.ipynb", as_version=4)
        ids |= {cell.metadata.nbgrader.grade_id for cell in nb.cells if "nbgrader" in cell.metadata}
    return ids


def _place(course: Course, assignment: str, student: str, attempts: list[Attempt], files: list[Files]) -> Collected:
    """Put a student's newest attempt into the submitted folder, and keep the others."""
    folder = course.folder("submitted", assignment, student)
    newest, own = attempts[-1], files[-1]
    for attempt, older in zip(attempts[:-1], files[:-1], strict=True):
        _keep(course, assignment, student, older.contents, attempt.handed_in)
    result = Collected(student, TAKEN, newest.handed_in, newest.late, len(attempts) - 1, own.remarks)
    wanted = own.contents | {TIMESTAMP: as_text(_utc(newest.handed_in)).encode()}
    if folder.is_dir() and not folder.is_symlink():
        present, time = _contents(folder), read_time(folder / TIMESTAMP)
        if present == wanted:
            result.state = UNCHANGED
            return result
        if time and time.replace(tzinfo=UTC) > newest.handed_in:
            _keep(course, assignment, student, own.contents, newest.handed_in)
            result.state = OLDER
            return result
        _keep(course, assignment, student, present, time.replace(tzinfo=UTC) if time else None)
    _replace(folder, wanted)
    return result


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _contents(folder: Path) -> dict[str, bytes]:
    notebooks = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.ipynb")
        if path.is_file() and not path.is_symlink()
    }
    return notebooks | plain_files(folder, most=LARGEST_THERE)


def _keep(course: Course, assignment: str, student: str, contents: dict[str, bytes], time: datetime | None) -> None:
    """Keep an attempt that does not count, in a folder named by its time."""
    stamp = f"{_utc(time):%Y-%m-%d-%H-%M-%S}" if time else "unknown-time"
    folder = course.root / EARLIER / assignment / student / stamp
    if not folder.exists():
        _replace(folder, contents)


def _replace(folder: Path, contents: dict[str, bytes]) -> None:
    """Write a folder whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        write_files(contents, made)
        made.chmod(0o755)
        remove_tree(folder)
        if os.path.lexists(folder):  # a file or a link in the folder's place
            folder.unlink()
        made.rename(folder)
    finally:
        remove_tree(made)
