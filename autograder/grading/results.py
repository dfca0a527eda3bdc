"""Results: what a graded submission earned in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.judging.verdicts import METADATA, Verdict, verdicts_of


@dataclass(frozen=True)
class CellResult:
    """What one graded cell earned."""

    grade_id: str
    points: float | None  # None if a person grades it
    possible: float
    verdicts: list[Verdict]
    notebook: str = ""  # the name of its notebook
    exercise: str = ""  # the grade id of the first solution cell that it tests, its own if there is none
    final: float | None = None  # points in the gradebook, a person's included; None if unknown or still to be given
    open: bool = False  # whether a person has still to grade it


@dataclass(frozen=True)
class Mark:
    """What the gradebook has of a submission, as `nbgrader export` does."""

    raw: float  # points of all cells, those that a person gave included
    maximum: float
    penalty: float  # points lost for a late submission
    pending: float = 0  # those of the raw points whose cells a person has to grade again

    @property
    def final(self) -> float:
        """The points that count."""
        return max(0.0, self.raw - self.penalty)


@dataclass(frozen=True)
class Result:
    """What one submission earned in each cell, or why it could not be graded."""

    student: str
    cells: list[CellResult]
    problem: str | None = None  # one sentence; None if it was graded
    isolated: bool = True  # whether it ran in the sandbox
    remarks: Sequence[str] = ()  # further sentences: a limit that was reached, a file that is not graded
    mark: Mark | None = None  # None if the gradebook was not read

    @property
    def points(self) -> float:
        """The points earned automatically."""
        return sum(cell.points or 0 for cell in self.cells)

    @property
    def possible(self) -> float:
        """The points that can be earned automatically."""
        return sum(cell.possible for cell in self.cells if cell.points is not None)


def result_of(student: str, notebooks: Mapping[str, NotebookNode], remarks: Iterable[str] = ()) -> Result:
    """Return the result that graded notebooks hold.

    Args:
        student: the student's id.
        notebooks: name -> graded notebook.
        remarks: sentences about the submission from when it was read.
    """
    cells = [cell for name, nb in notebooks.items() for cell in _cell_results(name, nb)]
    runs = [nb.metadata.get(METADATA, {}) for nb in notebooks.values()]
    limits = [sentence for run in runs for sentence in run.get("limits", [])]
    ends = [f"ended early: {run['stopped']}" for run in runs if run.get("stopped")]
    suspicions = [f"{cell.grade_id}: {one.remark}" for cell in cells for one in cell.verdicts if one.remark]
    everything = list(dict.fromkeys([*remarks, *limits, *ends, *suspicions]))
    return Result(student, cells, isolated=all(run.get("isolated") for run in runs), remarks=everything)


def _cell_results(notebook: str, nb: NotebookNode) -> Iterable[CellResult]:
    """Yield the results of a notebook's graded cells, each with the exercise that it belongs to."""
    exercise, answered = "", False  # whether a graded cell has followed the exercise's solution
    for cell in nb.cells:
        if utils.is_solution(cell) and (answered or not exercise):
            exercise, answered = cell.metadata.nbgrader.grade_id, False
        if utils.is_grade(cell) or utils.is_task(cell):
            answered = True
            yield _cell_result(cell, notebook, exercise or cell.metadata.nbgrader.grade_id)


def _cell_result(cell: NotebookNode, notebook: str, exercise: str) -> CellResult:
    facts = cell.metadata.nbgrader
    by_hand = utils.is_solution(cell) or utils.is_task(cell)
    points, possible = (None, facts.points) if by_hand else utils.determine_grade(cell)
    return CellResult(facts.grade_id, points, possible, verdicts_of(cell), notebook, exercise)
