"""Final marks: a class's points in the gradebook, with points given by hand and late penalties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nbgrader.api import BaseCell, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook

from autograder.grading.results import CellResult, Mark, Result


def with_marks(results: Iterable[Result], gradebook: Gradebook, assignment: str) -> list[Result]:
    """Return the results, each with the mark that the gradebook has for it, if there is one."""
    marks: defaultdict[str, dict[tuple[str, str], Any]] = defaultdict(dict)
    for row in _rows(gradebook, assignment):
        marks[row.student][row.notebook, row.grade_id] = row
    return [_with_mark(result, marks[result.student]) if result.student in marks else result for result in results]


def _rows(gradebook: Gradebook, assignment: str) -> Iterable[Any]:
    """Return one row for each cell of each submission of an assignment, in one query."""
    query = (
        gradebook.db.query(
            SubmittedAssignment.student_id.label("student"),
            Notebook.name.label("notebook"),
            BaseCell.name.label("grade_id"),
            Grade.score.label("score"),
            Grade.max_score.label("maximum"),
            Grade.needs_manual_grade.label("open"),
            SubmittedNotebook.late_submission_penalty.label("penalty"),
        )
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .filter(SubmittedAssignment.assignment_id == gradebook.find_assignment(assignment).id)
    )
    return query.all()  # type: ignore[no-any-return]  # nbgrader carries no types


def _with_mark(result: Result, rows: dict[tuple[str, str], Any]) -> Result:
    penalties = {notebook: row.penalty or 0 for (notebook, _), row in rows.items()}
    mark = Mark(
        sum(row.score or 0 for row in rows.values()),
        sum(row.maximum or 0 for row in rows.values()),
        sum(penalties.values()),
        sum(row.score or 0 for row in rows.values() if row.open),
    )
    cells = [_with_final(cell, rows.get((cell.notebook, cell.grade_id))) for cell in result.cells]
    return replace(result, cells=cells, mark=mark)


def _with_final(cell: CellResult, row: Any) -> CellResult:
    if row is None:
        return cell
    return replace(cell, final=None if row.open else row.score, open=bool(row.open))
