"""Entering: how the grades of one submission get into the gradebook, and what becomes of older ones.

A grade that a person has looked at stays closed while the answer and the points that were computed for it stay the
same; otherwise it is opened again, as nbgrader does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import api, utils
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor

from autograder.errors import CourseError
from autograder.gradebook import OneGradebook, digest


class SaveGrades(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Enters grades and comments as nbgrader's SaveAutoGrades does, in the transaction of the submission.

    The grade of an answer that a person has looked at stays closed while the answer is the same.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the grades of every cell of `nb`."""
        where = resources["nbgrader"]
        gradebook = where["gradebook"]
        notebook = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
        grades, comments = (_by_cell(gradebook, kind, notebook) for kind in (api.Grade, api.Comment))
        with closed_stay_closed(gradebook, notebook, grades, answers_in(nb)):
            for cell in nb.cells:
                if utils.is_grade(cell):
                    _enter_score(grades[cell.metadata.nbgrader.grade_id], cell)
                if utils.is_solution(cell) or utils.is_task(cell):
                    _enter_comment(comments[cell.metadata.nbgrader.grade_id], cell)
        return nb, resources


def _by_cell(gradebook: OneGradebook, kind: Any, notebook: Any) -> dict[str, Any]:
    """Return name of a cell -> row, of all rows of one kind that a submitted notebook has."""
    query = gradebook.db.query(kind, api.BaseCell.name).join(api.BaseCell, api.BaseCell.id == kind.cell_id)
    return {name: row for row, name in query.filter(kind.notebook_id == notebook.id)}


def _enter_score(grade: Any, cell: NotebookNode) -> None:
    grade.auto_score, _ = utils.determine_grade(cell)
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def _enter_comment(comment: Any, cell: NotebookNode) -> None:
    unanswered = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell) and not utils.is_task(cell)
    comment.auto_comment = "No response." if unanswered else None


class SavePenalty(AssignLatePenalties):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's step of that kind; a plugin of the course that fails is no student's fault."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the penalty for a late submission, as the course's plugin has it."""
        where = resources["nbgrader"]
        gradebook = where["gradebook"]
        submission = gradebook.find_submission(where["assignment"], where["student"])
        notebook = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
        notebook.late_submission_penalty = None
        if (late := submission.total_seconds_late) > 0:
            notebook.late_submission_penalty = self._penalty(where["student"], notebook, late)
        return nb, resources

    def _penalty(self, student: str, notebook: Any, seconds: float) -> float | None:
        """Return the points that the plugin takes off, None for none; CourseError if it fails or names no number.

        As in nbgrader, a penalty is neither below 0 nor above the score.
        """
        try:
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
            return None if penalty is None else float(min(max(penalty, 0), notebook.score))
        except Exception as error:
            raise CourseError(
                f"The course's plugin for late submissions, {self.plugin_class.__name__}, fails for {student} "
                f"({type(error).__name__}: {error}): fix it, and run the same command again."
            ) from error


def answers_in(nb: NotebookNode) -> dict[str, str]:
    """Return grade id -> hash of what a student answered there.

    What a person grades in a cell is the text of that cell. Every other grade depends on all that the student wrote.
    """
    own = [[cell.source, cell.get("attachments")] for cell in nb.cells if not utils.is_locked(cell)]
    everything = digest(own)
    return {
        cell.metadata.nbgrader.grade_id: digest(cell.source, cell.get("attachments"))
        if utils.is_solution(cell)
        else everything
        for cell in nb.cells
        if utils.is_grade(cell) or utils.is_task(cell)
    }


@contextlib.contextmanager
def closed_stay_closed(
    gradebook: OneGradebook, notebook: Any, grades: Mapping[str, Any], answers: Mapping[str, str]
) -> Iterator[None]:
    """Leave closed, of the `grades` that are entered inside, those with the same answer and points as before.

    `grades` and `answers` have the name of each cell. The grade of a task, which nbgrader never opens again, is
    opened if the answer is another.
    """
    known = gradebook.answers(grade.id for grade in grades.values())
    before = {name: (grade.auto_score, grade.needs_manual_grade) for name, grade in grades.items()}
    tasks = {cell.name for cell in notebook.notebook.task_cells}
    yield
    for name, grade in grades.items():
        points, was_open = before[name]
        same = name in answers and known.get(grade.id) == answers[name]
        if same and not was_open and grade.auto_score == points:
            grade.needs_manual_grade = False
        elif name in tasks and grade.id in known and not same:
            grade.needs_manual_grade = True
    gradebook.set_answers({grade.id: answers[name] for name, grade in grades.items() if name in answers})


def give_no_points(gradebook: OneGradebook, submission: Any, reasons: Mapping[str, str]) -> None:
    """Give notebooks that were not graded no points, say for each why, and ask for a person to look."""
    for notebook in submission.notebooks:
        if why := reasons.get(notebook.name):
            grades = {grade.name: grade for grade in notebook.grades}
            with closed_stay_closed(gradebook, notebook, grades, dict.fromkeys(grades, digest(why))):
                for grade in grades.values():
                    grade.auto_score, grade.needs_manual_grade = 0, True
            for comment in notebook.comments:
                comment.auto_comment = f"Needs a look: {why}"
            notebook.late_submission_penalty = None


def record_problem(gradebook: OneGradebook, assignment: str, student: str, why: str | Mapping[str, str]) -> None:
    """Enter a submission that cannot be graded: no points, whatever it had before, and a person has to look.

    Where there is a reason for each notebook, one without is left as it is.
    """
    with gradebook.transaction():
        submission = gradebook.submission(assignment, student)
        reasons = {one.name: why for one in submission.notebooks} if isinstance(why, str) else why
        give_no_points(gradebook, submission, reasons)
        gradebook.mark(assignment, student, None)
