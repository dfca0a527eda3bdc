"""Gradebooks: which table a learning management system handed out, where its students and grades stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.classroom.roster import AmbiguousNameError, Roster
from autograder.classroom.systems import Person
from autograder.classroom.worksheet import Worksheet
from autograder.errors import UsageError

EXCUSED_IN_CANVAS = "EX"
# What Moodle calls its column of grades, in the languages that we know; `--column` names it in any other.
GRADE_IN_MOODLE = {
    "Grade",
    "Bewertung",
    "Note",
    "Calificación",
    "Calificació",
    "Valutazione",
    "Nota",
    "Cijfer",
    "Ocena",
}
CANVAS_ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<id>\d+)\)")
BLACKBOARD_COLUMN = re.compile(r"(?P<title>.+?) \[Total Pts: .*\] ?\|(?P<id>\d+)")
BRIGHTSPACE_COLUMN = re.compile(r"(?P<title>.+) Points Grade(?: <.*>)?")
NUMBERS = re.compile(r"(\d+)\D*$")
POINTS = re.compile(r"Total Pts: (?P<points>[\d.,]+)|MaxPoints:(?P<max>[\d.,]+)")


@dataclass(frozen=True)
class Kind:
    """One system's table."""

    name: str
    is_it: Callable[[Sequence[str]], bool]  # of the first row
    title: Callable[[str], str | None]  # a heading's assignment; None if it is no assignment's
    person: Callable[[dict[str, str], str], Person | None]  # who a row is, from heading -> cell, and the assignment
    excused: str | None = None  # what the system takes for an excused student


def _is_moodle(head: Sequence[str]) -> bool:
    return not _is_canvas(head) and not _is_brightspace(head) and not _is_blackboard(head) and len(head) > 4


def _is_canvas(head: Sequence[str]) -> bool:
    return len(head) > 2 and "Student" in head[0] and any("ID" in name for name in head[1:4]) and "Section" in head


def _is_blackboard(head: Sequence[str]) -> bool:
    return "Username" in head and any(BLACKBOARD_COLUMN.fullmatch(name) for name in head)


def _is_brightspace(head: Sequence[str]) -> bool:
    return "End-of-Line Indicator" in head


def _pattern(expression: re.Pattern[str]) -> Callable[[str], str | None]:
    def title(heading: str) -> str | None:
        match = expression.fullmatch(heading)
        return match["title"] if match else None

    return title


def _moodle_title(heading: str) -> str | None:
    return heading if heading in GRADE_IN_MOODLE else None


def _moodle_person(cells: dict[str, str], assignment: str) -> Person | None:
    values = list(cells.values())
    number = NUMBERS.search(values[0])
    email = next((value for value in values if re.fullmatch(r"[^@\s]+@[^@\s]+", value)), None)
    name = values[1] if len(values) > 1 else None
    return Person("moodle", f"{assignment}:{number[1]}", name, email) if number else None


def _canvas_person(cells: dict[str, str], _assignment: str) -> Person | None:
    login = cells.get("SIS Login ID") or cells.get("SIS User ID") or ""
    name = cells.get("Student") or " ".join(filter(None, (cells.get("FirstName"), cells.get("LastName"))))
    email = login if "@" in login else None
    return Person("canvas", cells["ID"], name, email) if cells.get("ID", "").isdigit() else None


def _blackboard_person(cells: dict[str, str], _assignment: str) -> Person | None:
    name = f"{cells.get('First Name', '')} {cells.get('Last Name', '')}".strip()
    return Person("blackboard", cells["Username"], name, is_login=True) if cells.get("Username") else None


def _brightspace_person(cells: dict[str, str], _assignment: str) -> Person | None:
    login = (cells.get("Username") or cells.get("OrgDefinedId") or "").removeprefix("#")
    name = f"{cells.get('First Name', '')} {cells.get('Last Name', '')}".strip()
    return Person("brightspace", login, name or None, is_login=True) if login else None


KINDS = (
    Kind("canvas", _is_canvas, _pattern(CANVAS_ASSIGNMENT), _canvas_person, EXCUSED_IN_CANVAS),
    Kind("blackboard", _is_blackboard, _pattern(BLACKBOARD_COLUMN), _blackboard_person),
    Kind("brightspace", _is_brightspace, _pattern(BRIGHTSPACE_COLUMN), _brightspace_person),
    Kind("moodle", _is_moodle, _moodle_title, _moodle_person),
)


def kind_of(sheet: Worksheet, path: str) -> Kind:
    """Return the system that a table comes from; UsageError if it is none of ours."""
    head = [name.strip() for name in sheet.values(0)]
    for kind in KINDS:
        if kind.is_it(head):
            return kind
    names = ", ".join(kind.name for kind in KINDS)
    raise UsageError(f"{path} has a first row that none of {names} writes: expected the file that you downloaded.")


def column_of(sheet: Worksheet, kind: Kind, assignment: str, wanted: str | None, path: str) -> int:
    """Return the column that an assignment's grades go into.

    Args:
        sheet: The table.
        kind: Its system.
        assignment: The assignment's name; "01-forward-propagation" is also found as "Forward propagation".
        wanted: A heading, or the title in it, that a person named; None if nobody did.
        path: What messages call the table.

    Raises:
        UsageError: No column fits, or several do; the message lists them.
    """
    head = [name.strip() for name in sheet.values(0)]
    titles = {place: title for place, name in enumerate(head) if (title := kind.title(name)) is not None}
    if wanted is not None:
        fitting = [place for place, name in enumerate(head) if wanted in (name, titles.get(place))]
    elif len(titles) == 1:
        fitting = list(titles)
    else:
        fitting = [place for place, title in titles.items() if _key(title) == _key(assignment)]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(head[place] for place in titles) or "none"
    raise UsageError(
        f"{path}: {'no column is' if not fitting else 'several columns are'} called "
        f"{wanted or assignment!r}; name one by --column (columns of grades: {listed})."
    )


def _key(title: str) -> str:
    """Return a title as it is compared: letters alone, without a number in front."""
    letters = "".join(letter for letter in title.casefold() if letter.isalnum())
    return letters.lstrip("0123456789") or letters


def maximum_of(sheet: Worksheet, kind: Kind, column: int) -> float | None:
    """Return the points that the table says an assignment has; None if it does not say."""
    heading = sheet.value(0, column)
    if match := POINTS.search(heading):
        return number(match["points"] or match["max"])
    if kind.name == "canvas":
        rows = (row for row in range(1, min(4, len(sheet.rows))) if "Points Possible" in sheet.value(row, 0))
        return next((number(sheet.value(row, column)) for row in rows), None)
    if kind.name == "moodle":  # the column after the grades
        return next((number(sheet.value(row, column + 1)) for row in range(1, len(sheet.rows))), None)
    return None


def number(text: str) -> float | None:
    """Return a number with a point or a comma; None if the text is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def has_decimal_commas(sheet: Worksheet) -> bool:
    """Return whether a table writes 12,5 for 12.5."""
    cells = [unquoted for row in range(1, len(sheet.rows)) for unquoted in sheet.values(row)]
    return any(re.fullmatch(r"\d+,\d+", cell) for cell in cells) or (
        sheet.delimiter == ";" and not any(re.fullmatch(r"\d+\.\d+", cell) for cell in cells)
    )


def student_of(sheet: Worksheet, kind: Kind, row: int, assignment: str, roster: Roster) -> tuple[list[str], str | None]:
    """Return the ids of the student in a row, and who it is for a message; None where the row is no student's."""
    head = [name.strip() for name in sheet.values(0)]
    person = kind.person(dict(zip(head, sheet.values(row), strict=False)), assignment)
    if person is None:
        return [], None
    who = f"{person.name or person.key} ({person.key.rpartition(':')[2]})"
    try:
        rows = roster.match(person)
    except AmbiguousNameError:
        return [], who
    for student in rows:
        roster.learn(student, person)
    return [student.student_id for student in rows if student.student_id], who
