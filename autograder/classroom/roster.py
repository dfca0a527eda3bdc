"""Roster: which student each identity of a learning management system belongs to, and what was learned of it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.classroom.systems import NAMES, Person
from autograder.errors import UsageError
from autograder.files import write_atomically
from autograder.harmless import guarded, printable, unguarded

ROSTER = Path("grading", "roster.csv")  # below the course folder
COLUMNS = "student_id", "name", "email", *NAMES, "from"
GIVEN, COLLECTED = "roster", "collect"  # who has written a row: the instructor, or `autograder collect`
BETWEEN = ";"  # stands between several identities in one cell
# What rosters from elsewhere call our columns, in small letters without signs; the first that is there counts.
HEADERS = {
    "student_id": ("studentid", "id", "sid", "username", "sisloginid", "login", "idnumber", "orgdefinedid"),
    "name": ("name", "fullname", "student"),
    "first": ("firstname", "first", "givenname"),
    "last": ("lastname", "last", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail"),
}


class AmbiguousNameError(UsageError):
    """Several students have one name; the message says what to write into the roster."""


@dataclass
class Row:
    """One student."""

    student_id: str  # empty: nobody has said yet who this is
    name: str = ""
    email: str = ""
    keys: dict[str, set[str]] = field(default_factory=dict)  # system -> what it knows the student by
    source: str = GIVEN

    def is_somebody_else(self, person: Person) -> bool:
        """Return whether the person's system knows this student by another key (Moodle: of the same assignment)."""
        start = person.key.rpartition(":")[0]
        keys = self.keys.get(person.system, set())
        return any(key.rpartition(":")[0] == start for key in keys - {person.key})


@dataclass
class Roster:
    """The students of a course, in the order of the roster."""

    rows: list[Row]

    @property
    def is_given(self) -> bool:
        """Whether an instructor has said who is in the course; persons that are not in it are then nobody's."""
        return any(row.source == GIVEN for row in self.rows)

    @property
    def students(self) -> list[str]:
        """The ids of all students."""
        return [row.student_id for row in self.rows if row.student_id]

    def match(self, person: Person) -> list[Row]:
        """Return the rows that a person is: one, or each member's of a team; none for a person in no row.

        Raises:
            AmbiguousNameError: Several rows have the person's name and nothing else tells them apart.
        """
        rules = (
            lambda row: person.key in row.keys.get(person.system, ()),
            lambda row: person.is_login and person.key.casefold() == row.student_id.casefold(),
            lambda row: person.email and person.email.casefold() == row.email.casefold(),
        )
        for rule in rules:
            if rows := [row for row in self.rows if rule(row)]:
                return rows
        name = letters(person.name or "")
        named = [row for row in self.rows if name in _forms(row.name) and not row.is_somebody_else(person)]
        if len(named) > 1:
            raise AmbiguousNameError(
                f"{printable(f'{person.name} ({person.system} {person.key})')}: {len(named)} rows of the roster have "
                f"this name; put {printable(person.key)} into the column {person.system} of the right one in {ROSTER}"
            )
        return named

    def learn(self, row: Row, person: Person) -> None:
        """Remember that a row is this person."""
        row.keys.setdefault(person.system, set()).add(person.key)
        row.name = row.name or person.name or ""
        row.email = row.email or person.email or ""

    def add(self, person: Person) -> Row:
        """Add a person that is in no row; their id stays empty if the instructor has given a roster."""
        row = Row("" if self.is_given else self._new_id(person), source=COLLECTED)
        self.rows.append(row)
        self.learn(row, person)
        return row

    def _new_id(self, person: Person) -> str:
        wanted = person.key if person.is_login else _slug(person.name or "") or _slug(person.key)
        number = _slug(person.key.rpartition(":")[2])
        return wanted if wanted not in self.students else f"{wanted}-{number}"


def letters(name: str) -> str:
    """Return the letters and digits of a name alone, in small letters, as Canvas writes names."""
    composed = unicodedata.normalize("NFC", name).casefold()
    return "".join(letter for letter in composed if letter.isalnum())


def _forms(name: str) -> set[str]:
    """Return the ways in which systems order the words of a name: "Ada Lovelace" may be "lovelaceada"."""
    words = name.replace(",", " ").split()
    return {letters("".join(words[start:] + words[:start])) for start in range(len(words))} - {""}


def _slug(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-")


def read_roster(path: Path) -> Roster:
    """Return the roster in a CSV file of ours or from elsewhere; UsageError if no column of it has ids."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        table = list(csv.DictReader(io.StringIO(text), delimiter=delimiter, restval=""))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is not a CSV file in UTF-8 ({error}).") from None
    fields = {letters(name): name for name in (table[0] if table else {}) if name}
    columns = {ours: next((fields[name] for name in names if name in fields), None) for ours, names in HEADERS.items()}
    if table and columns["student_id"] is None:
        raise UsageError(
            f"{path} has no column student_id (or {', '.join(HEADERS['student_id'][1:])}) in its first row."
        )
    return Roster([_row(line, columns) for line in table if any((value or "") for value in line.values())])


def _row(line: dict[str, str], columns: dict[str, str | None]) -> Row:
    def cell(name: str) -> str:
        column = columns.get(name)
        return unguarded((line.get(column) or "").strip()) if column else ""

    keys = {
        system: {key.strip() for key in unguarded(line.get(system) or "").split(BETWEEN) if key.strip()}
        for system in NAMES
    }
    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    return Row(cell("student_id"), name, cell("email"), {s: k for s, k in keys.items() if k}, line.get("from") or GIVEN)


def merged(kept: Roster, given: Roster) -> Roster:
    """Return the given roster with what was learned before; rows that only the kept one has stay at its end."""
    kept_rows = {row.student_id: row for row in kept.rows if row.student_id}
    for row in given.rows:
        old = kept_rows.pop(row.student_id, None)
        for system, keys in (old.keys if old else {}).items():
            row.keys.setdefault(system, set()).update(keys)
    return Roster([*given.rows, *kept_rows.values(), *(row for row in kept.rows if not row.student_id)])


def write_roster(roster: Roster, path: Path) -> None:
    """Write a roster to a file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in roster.rows:
        keys = [BETWEEN.join(sorted(row.keys.get(system, ()))) for system in NAMES]
        writer.writerow([guarded(value) for value in (row.student_id, row.name, row.email, *keys, row.source)])
    write_atomically(path, text.getvalue())


def doubled(roster: Roster) -> Iterable[str]:
    """Return the ids that stand in several rows."""
    ids = roster.students
    return sorted({name for name in ids if ids.count(name) > 1})
