"""Marks: what each student of a class has for an assignment, and why somebody has nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    Gradebook,
    Student,
)

from autograder.classroom.late import LatePolicy
from autograder.classroom.roster import Roster
from autograder.grade_rows import grade_rows

GRADED, OPEN, MISSING, EXCUSED = "graded", "waits for a person", "missing", "excused"


@dataclass(frozen=True)
class Exercise:
    """What one graded cell earned."""

    name: str
    score: float
    maximum: float
    is_open: bool  # whether a person has still to read the answer


@dataclass(frozen=True)
class ClassMark:
    """What one student has for an assignment."""

    assignment: str
    student: str
    name: str
    email: str
    state: str  # GRADED, OPEN, MISSING or EXCUSED
    score: float = 0.0  # before the late penalty
    maximum: float = 0.0
    penalty: float = 0.0
    days_late: int = 0
    submitted: datetime | None = None  # UTC
    exercises: tuple[Exercise, ...] = ()

    @property
    def final(self) -> float | None:
        """The points after the late penalty; None for who is excused or has handed in nothing."""
        return max(0.0, self.score - self.penalty) if self.state in (GRADED, OPEN) else None


def marks_of(gradebook: Gradebook, assignment: str, policy: LatePolicy, roster: Roster) -> list[ClassMark]:
    """Return the marks of all students of the gradebook and the roster, sorted by id.

    If the course has a late policy, it alone counts; else the penalty that nbgrader's plugin stored counts.
    """
    known = {row.student_id: (row.name, row.email) for row in roster.rows if row.student_id}
    for row in gradebook.db.query(Student):
        name = " ".join(filter(None, (row.first_name, row.last_name)))
        old_name, old_email = known.get(row.id, ("", ""))
        known[row.id] = (name or old_name, row.email or old_email)
    entry = gradebook.db.query(Assignment).filter(Assignment.name == assignment).one_or_none()
    rows = grade_rows(gradebook, assignment)
    maximum = float(entry.max_score) if entry else 0.0
    return [
        _mark(assignment, student, *known[student], rows.get(student), maximum, entry, policy)
        for student in sorted(known)
    ]


def _mark(
    assignment: str,
    student: str,
    name: str,
    email: str,
    rows: list[Any] | None,
    maximum: float,
    entry: Any,
    policy: LatePolicy,
) -> ClassMark:
    if student in policy.excused.get(assignment, ()):
        return ClassMark(assignment, student, name, email, EXCUSED, maximum=maximum)
    if not rows:
        return ClassMark(assignment, student, name, email, MISSING, maximum=maximum)
    cells = [row for row in rows if row.grade_id]
    several = len({row.notebook for row in rows}) > 1
    exercises = tuple(
        Exercise(
            f"{row.notebook}/{row.grade_id}" if several else row.grade_id,
            float(row.score or 0),
            float(row.maximum or 0),
            bool(row.is_open),
        )
        for row in cells
    )
    score = sum(exercise.score for exercise in exercises)
    submitted = rows[0].submitted.replace(tzinfo=UTC) if rows[0].submitted else None
    days = policy.days_late(policy.due_for(assignment, student, entry.duedate), submitted)
    stored = sum({row.notebook_row: float(row.penalty or 0) for row in rows}.values())
    penalty = min(score, policy.penalty(score, days) if policy.per_day else stored)
    state = OPEN if any(exercise.is_open for exercise in exercises) else GRADED
    return ClassMark(assignment, student, name, email, state, score, maximum, penalty, days, submitted, exercises)
