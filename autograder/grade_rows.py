"""Grade rows: what the gradebook has for each graded cell of each submission of an assignment."""

from __future__ import annotations

from typing import Any

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook


def grade_rows(gradebook: Gradebook, assignment: str) -> dict[str, list[Any]]:
    """Return student -> rows of the student's submission, in one query.

    A row has `student`, `submitted` (the time in UTC, None if it is not known), `notebook`, `notebook_row` (the id of
    the submitted notebook), `penalty` (points for lateness), `grade_id`, `auto`, `by_hand`, `score`, `maximum` (points)
    and `is_open` (whether a person has still to grade). A notebook without graded cells has one row without a grade_id.

    Args:
        gradebook: the gradebook, open.
        assignment: the name of an assignment. If the gradebook does not have it, there are no rows.
    """
    query = (
        gradebook.db.query(
            SubmittedAssignment.student_id.label("student"),
            SubmittedAssignment.timestamp.label("submitted"),
            SubmittedNotebook.id.label("notebook_row"),
            SubmittedNotebook.late_submission_penalty.label("penalty"),
            Notebook.name.label("notebook"),
            BaseCell.name.label("grade_id"),
            Grade.auto_score.label("auto"),
            Grade.manual_score.label("by_hand"),
            Grade.score.label("score"),
            Grade.max_score.label("maximum"),
            Grade.needs_manual_grade.label("is_open"),
        )
        .select_from(SubmittedAssignment)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .outerjoin(BaseCell, BaseCell.id == Grade.cell_id)
        .filter(Assignment.name == assignment)
    )
    by_student: dict[str, list[Any]] = {}
    for row in query:
        by_student.setdefault(row.student, []).append(row)
    return by_student


def cell_rows(gradebook: Gradebook, assignment: str) -> dict[str, dict[tuple[str, str], Any]]:
    """Return student -> (name of a notebook, grade id) -> row, for students with graded cells alone."""
    by_cell = {
        student: {(row.notebook, row.grade_id): row for row in rows if row.grade_id}
        for student, rows in grade_rows(gradebook, assignment).items()
    }
    return {student: rows for student, rows in by_cell.items() if rows}
