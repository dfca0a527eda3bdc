"""Export: an assignment's marks go into the file that a teacher downloaded, or into a file of their own."""

from __future__ import annotations

import csv
import functools
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.classroom.gradebooks import Kind, column_of, has_decimal_commas, kind_of, maximum_of, student_of
from autograder.classroom.late import LatePolicy
from autograder.classroom.marks import EXCUSED, GRADED, MISSING, OPEN, ClassMark, marks_of
from autograder.classroom.roster import COLLECTED, ROSTER, Roster, Row, read_roster, write_roster
from autograder.classroom.worksheet import Worksheet, read_worksheet
from autograder.course import Course
from autograder.errors import UsageError
from autograder.files import write_atomically
from autograder.gradebook import OneGradebook
from autograder.harmless import guarded

FOLDER = Path("grading", "export")  # below the course folder
COLUMNS = FOLDER / "columns.json"  # which column of which system each assignment's grades went into
PLAIN, MOODLE, CLASSROOM50 = "plain", "moodle-gradebook", "classroom50"


@dataclass
class Exported:
    """What became of an assignment's marks."""

    assignment: str
    written: Path
    filled: int = 0
    missing: list[str] = field(default_factory=list)  # students who handed in nothing; their cells stay as they were
    excused: list[str] = field(default_factory=list)
    not_in_file: list[str] = field(default_factory=list)  # students with a mark whom the file does not have
    not_known: list[str] = field(default_factory=list)  # who is in the file and in neither gradebook nor roster
    remarks: list[str] = field(default_factory=list)


def class_roster(course: Course) -> Roster:
    """Return the course's roster, an empty one if there is none."""
    path = course.root / ROSTER
    return read_roster(path) if path.exists() else Roster([])


def class_marks(course: Course, assignment: str, roster: Roster) -> list[ClassMark]:
    """Return an assignment's marks; students whom the roster lacks are added to it."""
    course.check_assignment(assignment)
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        marks = marks_of(gradebook, assignment, LatePolicy(config=course.config), roster)
    known = set(roster.students)
    roster.rows += [Row(m.student, m.name, m.email, source=COLLECTED) for m in marks if m.student not in known]
    return marks


def export_into(
    course: Course,
    assignments: Sequence[str],
    path: Path,
    target: Path | None = None,
    column: str | None = None,
    scale: bool = False,
    missing_as_zero: bool = False,
) -> list[Exported]:
    """Fill marks into a copy of the file that a teacher downloaded.

    Args:
        course: The course.
        assignments: The assignments' names.
        path: Canvas' gradebook, Moodle's grading worksheet, or Blackboard's or Brightspace's grades.
        target: The file to write; None: of the same name, in FOLDER.
        column: The heading that the grades go under; None: found by the assignment's name, or as the last time.
        scale: Whether points are scaled to the maximum that the file says.
        missing_as_zero: Whether who handed in nothing gets 0; else their cells stay as they are.

    Raises:
        UsageError: The file, or the column in it, cannot be understood; nothing is written then.
    """
    sheet, roster, remembered = read_worksheet(path), class_roster(course), _remembered(course)
    kind = kind_of(sheet, str(path))
    head = [name.strip() for name in sheet.values(0)]
    target = target or course.root / FOLDER / path.name
    results = []
    for assignment in assignments:
        marks = class_marks(course, assignment, roster)
        known = remembered.get(assignment, {}).get(kind.name)
        wanted = column or (known if known in head else None)
        place = column_of(sheet, kind, assignment, wanted, str(path))
        remembered.setdefault(assignment, {})[kind.name] = head[place]
        result = Exported(assignment, target, remarks=warnings_of(marks))
        factor = _factor(marks, maximum_of(sheet, kind, place), scale, result)
        cell = functools.partial(_cell, factor=factor, excused=kind.excused, missing_as_zero=missing_as_zero)
        _fill(sheet, kind, place, roster, marks, result, cell)
        results.append(result)
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_name(f".{target.name}")
    made.write_bytes(sheet.content())
    made.replace(target)
    write_roster(roster, course.root / ROSTER)
    write_atomically(course.root / COLUMNS, json.dumps(remembered, indent=1, sort_keys=True))
    return results


def _factor(marks: Sequence[ClassMark], theirs: float | None, scale: bool, result: Exported) -> float:
    """Return what points are multiplied by; a difference that nobody asked to convert is reported."""
    own = max((mark.maximum for mark in marks), default=0.0)
    if theirs is None or theirs == own or not own:
        return 1.0
    if scale:
        return theirs / own
    result.remarks.append(f"The file counts {theirs:g} points, the gradebook {own:g}: --scale converts them.")
    return 1.0


def _fill(
    sheet: Worksheet,
    kind: Kind,
    column: int,
    roster: Roster,
    marks: Sequence[ClassMark],
    result: Exported,
    cell: Callable[[ClassMark], str | None],
) -> None:
    """Fill in the marks of an assignment, and say in `result` what became of them."""
    commas = has_decimal_commas(sheet)
    by_student = {mark.student: mark for mark in marks}
    in_file: set[str] = set()
    for row in range(1, len(sheet.rows)):
        students, who = student_of(sheet, kind, row, result.assignment, roster)
        mark = next((by_student[student] for student in students if student in by_student), None)
        if mark is None:
            result.not_known += [who] if who is not None else []
            continue
        in_file.update(students)
        text = cell(mark)
        if text is not None:
            sheet.fill(row, column, text.replace(".", ",") if commas else text)
        _count(result, mark, text)
    result.not_in_file = [m.student for m in marks if m.final is not None and m.student not in in_file]


def _count(result: Exported, mark: ClassMark, text: str | None) -> None:
    result.filled += text is not None and mark.state in (GRADED, OPEN)
    if mark.state == MISSING:
        result.missing.append(mark.student)
    if mark.state == EXCUSED:
        result.excused.append(mark.student)


def _cell(mark: ClassMark, factor: float, excused: str | None, missing_as_zero: bool) -> str | None:
    """Return what goes into a student's cell; None if it stays as it is."""
    if mark.state == EXCUSED:
        return excused
    if mark.final is None:
        return "0" if missing_as_zero else None
    return points(mark.final * factor)


def points(value: float) -> str:
    """Return points with at most two decimals, as learning management systems compare them."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def warnings_of(marks: Sequence[ClassMark]) -> list[str]:
    """Return what an instructor should know before grades go out."""
    waiting = [mark.student for mark in marks if mark.state == OPEN]
    if not waiting:
        return []
    return [f"{len(waiting)} submissions have answers that a person has still to read: they count as they stand now."]


def _remembered(course: Course) -> dict[str, dict[str, str]]:
    path = course.root / COLUMNS
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise UsageError(f"{path} cannot be read: remove it; columns are then found anew.") from None


def export_as(course: Course, assignments: Sequence[str], form: str, path: Path | None = None) -> list[Exported]:
    """Write marks to a file of their own.

    Args:
        course: The course.
        assignments: The assignments' names.
        form: PLAIN (a row per student and assignment), MOODLE (for Moodle's gradebook import), or CLASSROOM50 (a
            result.json per student).
        path: Where to; None: FOLDER.

    Raises:
        UsageError: There is no such form.
    """
    if form not in FORMS:
        raise UsageError(f"There is no form {form!r}: choose one of {', '.join(FORMS)}.")
    roster = class_roster(course)
    marks = [mark for assignment in assignments for mark in class_marks(course, assignment, roster)]
    ending = "json" if form == CLASSROOM50 else "csv"
    target = path or course.root / FOLDER / f"{'-and-'.join(assignments)}-{form}.{ending}"
    write_atomically(target, FORMS[form](marks, course))
    results = []
    for assignment in assignments:
        own = [mark for mark in marks if mark.assignment == assignment]
        result = Exported(assignment, target, remarks=warnings_of(own))
        for mark in own:
            _count(result, mark, "" if mark.final is not None else None)
        if form == MOODLE:
            result.not_in_file = [mark.student for mark in own if mark.final is not None and not mark.email]
        results.append(result)
    return results


def _plain(marks: Sequence[ClassMark], _course: Course) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = "assignment", "student_id", "name", "email", "status", "score", "late_penalty", "final", "maximum"
    writer.writerow([*head, "days_late", "submitted"])
    for mark in marks:
        numbers = [mark.score, mark.penalty, mark.final] if mark.final is not None else [None] * 3
        cells = ["" if value is None else points(value) for value in (*numbers, mark.maximum)]
        texts = [guarded(value) for value in (mark.assignment, mark.student, mark.name, mark.email, mark.state)]
        when = f"{mark.submitted:%Y-%m-%d %H:%M:%S} UTC" if mark.submitted else ""
        writer.writerow([*texts, *cells, mark.days_late, when])
    return text.getvalue()


def _moodle(marks: Sequence[ClassMark], _course: Course) -> str:
    """Return a table for Moodle's import: one unknown user or empty number would stop all of it."""
    assignments = list(dict.fromkeys(mark.assignment for mark in marks))
    by_email: dict[str, dict[str, float]] = {}
    for mark in marks:
        if mark.email and mark.final is not None:
            by_email.setdefault(mark.email, {})[mark.assignment] = mark.final
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["email", *assignments])
    for email, own in sorted(by_email.items()):
        writer.writerow([guarded(email), *(points(own[name]) if name in own else "-" for name in assignments)])
    return text.getvalue()


def _classroom50(marks: Sequence[ClassMark], course: Course) -> str:
    results = [
        {
            "schema": "classroom50/result/v1",
            "classroom": course.directory.course_id,
            "assignment": mark.assignment,
            "usernames": [mark.student],
            "datetime": mark.submitted.isoformat() if mark.submitted else None,
            "score": mark.final,
            "max-score": mark.maximum,
            "tests": [
                {
                    "test-name": exercise.name,
                    "passed": exercise.score == exercise.maximum,
                    "score": exercise.score,
                    "max-score": exercise.maximum,
                }
                for exercise in mark.exercises
            ],
        }
        for mark in marks
        if mark.final is not None
    ]
    return json.dumps(results, indent=1) + "\n"


FORMS: dict[str, Callable[[Sequence[ClassMark], Course], str]] = {
    PLAIN: _plain,
    MOODLE: _moodle,
    CLASSROOM50: _classroom50,
}
