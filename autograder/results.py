"""Results: what a graded submission earned, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.gradebook import MISSING
from autograder.judge import METADATA, Verdict


@dataclass(frozen=True)
class CellResult:
    """What one graded cell earned."""

    grade_id: str
    points: float | None  # None where a person grades it
    possible: float
    verdicts: list[Verdict]


@dataclass(frozen=True)
class Result:
    """What one submission earned, cell by cell, or why it could not be graded."""

    student: str
    cells: list[CellResult]
    problem: str = ""  # one sentence, "" where it was graded
    isolated: bool = True  # whether it ran in the sandbox
    remarks: Sequence[str] = ()  # what else is to be said: a bound that ended a notebook early, a notebook not there

    @property
    def points(self) -> float:
        """The points earned automatically."""
        return sum(cell.points or 0 for cell in self.cells)

    @property
    def possible(self) -> float:
        """The points that can be earned automatically."""
        return sum(cell.possible for cell in self.cells if cell.points is not None)


def result_of(student: str, notebooks: Mapping[str, NotebookNode], missing: Iterable[str] = ()) -> Result:
    """Return the result that graded notebooks hold."""
    cells = [_cell_result(cell) for nb in notebooks.values() for cell in nb.cells if utils.is_grade(cell)]
    runs = [nb.metadata.get(METADATA, {}) for nb in notebooks.values()]
    remarks = [
        *map(MISSING.format, sorted(missing)),
        *(f"ended early: {run['stopped']}" for run in runs if run.get("stopped")),
    ]
    return Result(student, cells, isolated=all(run.get("isolated") for run in runs), remarks=remarks)


def _cell_result(cell: NotebookNode) -> CellResult:
    points, possible = utils.determine_grade(cell)
    verdicts = [Verdict(**item) for item in cell.metadata.get(METADATA, {}).get("verdicts", [])]
    by_hand = utils.is_solution(cell)
    return CellResult(cell.metadata.nbgrader.grade_id, None if by_hand else points, possible, verdicts)
