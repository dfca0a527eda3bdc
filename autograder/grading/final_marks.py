"""Final marks: a class's points in the gradebook, with points given by hand and late penalties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nbgrader.api import Gradebook

from autograder.grade_rows import cell_rows
from autograder.grading.results import CellResult, Mark, Result


def with_marks(results: Iterable[Result], gradebook: Gradebook, assignment: str) -> list[Result]:
    """Return the results, each with the mark that the gradebook has for it, if there is one."""
    marks = cell_rows(gradebook, assignment)
    return [_with_mark(result, marks[result.student]) if result.student in marks else result for result in results]


def _with_mark(result: Result, rows: dict[tuple[str, str], Any]) -> Result:
    penalties = {notebook: row.penalty or 0 for (notebook, _), row in rows.items()}
    mark = Mark(
        sum(row.score or 0 for row in rows.values()),
        sum(row.maximum or 0 for row in rows.values()),
        sum(penalties.values()),
        sum(row.score or 0 for row in rows.values() if row.is_open),
    )
    cells = [_with_final(cell, rows.get((cell.notebook, cell.grade_id))) for cell in result.cells]
    return replace(result, cells=cells, mark=mark)


def _with_final(cell: CellResult, row: Any) -> CellResult:
    if row is None:
        return cell
    return replace(cell, final=None if row.is_open else row.score, open=bool(row.is_open))
