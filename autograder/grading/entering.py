"""Entering: the grades of one submission are written into the gradebook, over older ones.

A grade is open while a person has to look at it. A grade that a person has closed stays closed while the answer and
its computed points stay the same. Otherwise it is opened again, as in nbgrader.
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
    """Enters penalties as nbgrader's AssignLatePenalties does; CourseError if the course's plugin fails."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the penalty for a late submission that the course's plugin computes."""
        where = resources["nbgrader"]
        gradebook = where["gradebook"]
        submission = gradebook.find_submission(where["assignment"], where["student"])
        notebook = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
        notebook.late_submission_penalty = None
        if (late := submission.total_seconds_late) > 0:
            notebook.late_submission_penalty = self._penalty(where["student"], notebook, late)
        return nb, resources

    def _penalty(self, student: str, notebook: Any, seconds: float) -> float | None:
        """Return the points that the plugin takes off, None for none; CourseError if it fails or returns no number.

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
    """Return grade id -> hash of the answer that the grade is for.

    A person grades the text of one cell. Every other grade depends on all cells that the student wrote.
    """
    everything = digest([[cell.source, cell.get("attachments")] for cell in nb.cells if not utils.is_locked(cell)])
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
    """Keep grades closed that are entered in this context with the same answer and points as before.

    nbgrader never opens the grade of a task again. Here it is opened if the answer has changed.

    Args:
        gradebook: the open gradebook, in a transaction.
        notebook: nbgrader's row of the submitted notebook.
        grades: name of a cell -> nbgrader's row of its grade.
        answers: name of a cell -> hash of its answer.
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
    """Give notebooks no points, with a reason for each by its name, and leave their grades open."""
    for notebook in submission.notebooks:
        if why := reasons.get(notebook.name):
            grades = {grade.name: grade for grade in notebook.grades}
            with closed_stay_closed(gradebook, notebook, grades, dict.fromkeys(grades, digest(why))):
                for grade in grades.values():
                    grade.auto_score, grade.needs_manual_grade = 0, True
            for comment in notebook.comments:
                comment.auto_comment = f"Needs a look: {why}"
            notebook.late_submission_penalty = None


def record_problem(gradebook: OneGradebook, assignment: str, student: str, why: str) -> None:
    """Enter that a submission cannot be graded: it has no points, whatever it had before, and its grades are open."""
    with gradebook.transaction():
        submission = gradebook.submission(assignment, student)
        give_no_points(gradebook, submission, {notebook.name: why for notebook in submission.notebooks})
        gradebook.mark(assignment, student, None)
