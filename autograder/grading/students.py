"""Students: whose submissions a command grades."""

from __future__ import annotations

from pathlib import Path

from autograder.course import Course
from autograder.errors import UsageError


def chosen_students(course: Course, assignment: str, students: list[str]) -> list[str]:
    """Return the students to grade: those named, or all who submitted; UsageError if that is impossible."""
    for student in students:
        if not student or Path(student).name != student or student in (".", "..") or "\\" in student:
            raise UsageError(f"{student!r} is no student id: an id names one folder and holds no slash.")
    all_students = course.students(assignment)
    where = course.folder("submitted", assignment, "STUDENT")
    if missing := [student for student in students if student not in all_students]:
        raise UsageError(f"{missing[0]} has submitted no {assignment}: {where} is where it would be.")
    if not all_students:
        raise UsageError(f"Nobody has submitted {assignment} yet: put notebooks into {where}.")
    return students or all_students
