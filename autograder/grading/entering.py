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
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades

from autograder.errors import CourseError
from autograder.gradebook import OneGradebook, digest


class Rows:
    """The grades and comments of a submitted notebook, read at once: what nbgrader's step asks a gradebook for."""

    def __init__(self, gradebook: OneGradebook, *where: str) -> None:
        """Read them; `where` names the notebook, the assignment and the student."""
        self.gradebook, self.where = gradebook, where
        self.db = self  # what nbgrader's step commits to
        self.notebook = gradebook.find_submission_notebook(*where)
        self.grades, self.comments = (
            {
                name: row
                for row, name in gradebook.db.query(kind, api.BaseCell.name)
                .join(api.BaseCell, api.BaseCell.id == kind.cell_id)
                .filter(kind.notebook_id == self.notebook.id)
            }
            for kind in (api.Grade, api.Comment)
        )

    def find_grade(self, cell: str, *_: str) -> Any:
        """Return the grade of a cell; nbgrader's MissingEntry where there is none."""
        return self.grades.get(cell) or self.gradebook.find_grade(cell, *self.where)

    def find_comment(self, cell: str, *_: str) -> Any:
        """Return the comment on a cell; nbgrader's MissingEntry where there is none."""
        return self.comments.get(cell) or self.gradebook.find_comment(cell, *self.where)

    def commit(self) -> None:
        """Do nothing: all is written with the submission's transaction."""


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's step of that kind, which leaves closed what a person has looked at while the answer is the same."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the grades of every cell of `nb`."""
        where = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = where["notebook"], where["assignment"], where["student"]
        with contextlib.ExitStack() as stack:
            gradebook = where.get("gradebook") or _open(stack, where["db_url"])
            # What nbgrader's own commands had the gradebook say while they were at work.
            if snapshot := getattr(self.parent, "snapshot", None):
                snapshot.put_back(gradebook, self.notebook_id)
            self.gradebook = Rows(gradebook, self.notebook_id, self.assignment_id, self.student_id)
            with closed_stay_closed(gradebook, self.gradebook.notebook, self.gradebook.grades, answers_in(nb)):
                return NbGraderPreprocessor.preprocess(self, nb, resources)  # type: ignore[no-any-return]  # nbgrader's


def _open(stack: contextlib.ExitStack, db_url: str) -> OneGradebook:
    gradebook: OneGradebook = stack.enter_context(OneGradebook(db_url))
    stack.enter_context(gradebook.transaction())
    return gradebook


class SavePenalty(AssignLatePenalties):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's step of that kind; a plugin of the course that fails is no student's fault."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the penalty for a late submission, as the course's plugin has it."""
        where = resources["nbgrader"]
        with contextlib.ExitStack() as stack:
            gradebook = where.get("gradebook") or _open(stack, where["db_url"])
            submission = gradebook.find_submission(where["assignment"], where["student"])
            notebook = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
            notebook.late_submission_penalty = None
            if (late := submission.total_seconds_late) > 0:
                notebook.late_submission_penalty = self._penalty(where["student"], notebook, late)
        return nb, resources

    def _penalty(self, student: str, notebook: Any, seconds: float) -> float | None:
        """Return the points that the plugin takes off, None for none; CourseError if it fails or names no number."""
        try:
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
            return None if penalty is None else float(self._check_late_penalty(notebook, penalty))
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


def zero(gradebook: OneGradebook, submission: Any, reasons: Mapping[str, str]) -> None:
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
        zero(gradebook, submission, reasons)
        gradebook.mark(assignment, student, None)
