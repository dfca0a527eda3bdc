"""Grade: submissions in, gradebook entries and results out. One bad submission harms no other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader import utils

from autograder.course import Course, UsageError
from autograder.intake import BadSubmission, read_submission, record_problem
from autograder.judge import METADATA, Verdict
from autograder.release import last_line, release


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
    stopped: str = ""  # which bound ended a notebook early, "" where none did

    @property
    def points(self) -> float:
        """The points earned automatically."""
        return sum(cell.points or 0 for cell in self.cells)

    @property
    def possible(self) -> float:
        """The points that can be earned automatically."""
        return sum(cell.possible for cell in self.cells if cell.points is not None)


def chosen_students(course: Course, assignment: str, students: list[str]) -> list[str]:
    """Return the students to grade: those named, or all who submitted; UsageError if that is impossible."""
    for student in students:
        if not student or Path(student).name != student or student in (".", "..") or "\\" in student:
            raise UsageError(f"{student!r} is no student id: an id names one folder and holds no slash.")
    there = course.students(assignment)
    where = course.folder("submitted", assignment, "STUDENT")
    if missing := [student for student in students if student not in there]:
        raise UsageError(f"{missing[0]} has submitted no {assignment}: {where} is where it would be.")
    if not there:
        raise UsageError(f"Nobody has submitted {assignment} yet: put notebooks into {where}.")
    return students or there


def grade(course: Course, assignment: str, students: list[str]) -> Iterator[Result]:
    """Grade the students' submissions one after the other, yielding each result as it comes."""
    # The gradebook holds the cells and hidden tests that nbgrader grades with: make them the source's.
    release(course, assignment)
    for student in students:
        try:
            for notebook in course.notebooks(assignment):
                check_notebook(course, assignment, student, notebook)
            _run_nbgrader(course, assignment, student)
            yield read_result(course, assignment, student)
        except BadSubmission as problem:
            # What an earlier submission earned, and its feedback, are no longer true.
            record_problem(course.directory.db_url, assignment, student, str(problem))
            for step in ("autograded", "feedback"):
                shutil.rmtree(course.folder(step, assignment, student), ignore_errors=True)
            yield Result(student, [], str(problem))


def _run_nbgrader(course: Course, assignment: str, student: str) -> None:
    outcome = course.api().autograde(assignment, student, force=True, create=True)
    if not outcome["success"]:
        folder = course.folder("submitted", assignment, student)
        raise BadSubmission(f"{folder}: nbgrader could not grade it: {last_line(outcome)}")


def check_notebook(course: Course, assignment: str, student: str, notebook: str) -> None:
    """Raise BadSubmission unless the submitted notebook can be read and belongs to the assignment."""
    path = course.folder("submitted", assignment, student) / f"{notebook}.ipynb"
    submitted = grade_ids(read_submission(path))
    if not submitted & grade_ids(nbformat.read(course.folder("source", assignment) / path.name, as_version=4)):
        raise BadSubmission(f"{path} holds none of the cells of {assignment}/{notebook}: another notebook?")


def grade_ids(nb: nbformat.NotebookNode) -> set[str]:
    """Return the grade ids in a notebook."""
    return {str(cell.metadata.get("nbgrader", {}).get("grade_id")) for cell in nb.cells} - {"None"}


def read_result(course: Course, assignment: str, student: str) -> Result:
    """Read the result of a graded submission from its autograded notebooks, which the judge wrote."""
    folder = course.folder("autograded", assignment, student)
    notebooks = [nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in course.notebooks(assignment)]
    cells = [_cell_result(cell) for nb in notebooks for cell in nb.cells if utils.is_grade(cell)]
    runs = [nb.metadata.get(METADATA, {}) for nb in notebooks]
    stopped = "; ".join(run["stopped"] for run in runs if run.get("stopped"))
    return Result(student, cells, isolated=all(run.get("isolated") for run in runs), stopped=stopped)


def _cell_result(cell: nbformat.NotebookNode) -> CellResult:
    points, possible = utils.determine_grade(cell)
    verdicts = [Verdict(**item) for item in cell.metadata.get(METADATA, {}).get("verdicts", [])]
    by_hand = utils.is_solution(cell)
    return CellResult(cell.metadata.nbgrader.grade_id, None if by_hand else points, possible, verdicts)
