"""The gradebook: nbgrader's own, with the many small commits of its steps made one transaction a submission.

A table beside nbgrader's says which execution a student's grades come from. It is written in the same transaction as
the grades, so after any interruption it tells what still has to be entered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from sqlalchemy import Column, MetaData, String, Table, create_engine, delete, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from autograder.errors import CourseError

ENTERED = Table(
    "autograder_entered",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("key", String(64), nullable=False),  # that of the execution in the journal
)
MISSING = "{}.ipynb was not handed in."


class GradebookError(CourseError):
    """The gradebook cannot be used; the message is one sentence that says what to do."""


class OneGradebook(Gradebook):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's gradebook, kept open for many submissions."""

    def __init__(self, db_url: str, course_id: str = "default_course") -> None:
        """Open the gradebook, and add the table beside nbgrader's."""
        with explained():
            super().__init__(db_url, course_id)
            ENTERED.create(self.engine, checkfirst=True)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is done inside one transaction, whatever nbgrader commits on its own."""
        with explained(), self.engine.begin() as connection:
            self.db.remove()
            self.db.configure(bind=connection, join_transaction_mode="rollback_only")
            try:
                yield
                self.db.flush()
            finally:
                self.db.remove()

    def entered(self, assignment: str, student: str) -> str:
        """Return the key of the execution that a student's grades come from, "" where there is none."""
        chosen = _row(assignment, student)
        with explained(), self.engine.connect() as connection:
            return connection.scalar(select(ENTERED.c.key).where(*chosen)) or ""

    def mark(self, assignment: str, student: str, key: str) -> None:
        """Say which execution a student's grades come from, "" for none; to be called in a transaction."""
        self.db.execute(delete(ENTERED).where(*_row(assignment, student)))
        if key:
            self.db.execute(insert(ENTERED).values(assignment=assignment, student=student, key=key))


def create(db_url: str) -> None:
    """Make an empty gradebook where there is none: as nbgrader would, which starts a process that takes seconds."""
    with explained(), create_engine(db_url).begin() as connection:
        if not inspect(connection).get_table_names():
            from alembic.migration import MigrationContext  # takes a tenth of a second: only where it is needed
            from alembic.script import ScriptDirectory

            api.Base.metadata.create_all(connection)
            versions = ScriptDirectory(str(Path(api.__file__).with_name("alembic")))
            MigrationContext.configure(connection).stamp(versions, "head")


def _row(assignment: str, student: str) -> tuple[Any, Any]:
    return ENTERED.c.assignment == assignment, ENTERED.c.student == student


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn an error of the database into one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise GradebookError(
            f"The gradebook cannot be written ({error.orig}): what has been executed is kept; "
            "mend that, and run the same command again."
        ) from error


class Rows:
    """The grades and comments of a submitted notebook, read at once: what nbgrader's step asks a gradebook for."""

    def __init__(self, gradebook: OneGradebook, *where: str) -> None:
        """Read them; `where` names the notebook, the assignment and the student."""
        self.gradebook, self.where = gradebook, where
        self.db = self  # what nbgrader's step commits to
        notebook = gradebook.find_submission_notebook(*where)
        self.grades, self.comments = (
            {
                name: row
                for row, name in gradebook.db.query(kind, api.BaseCell.name)
                .join(api.BaseCell, api.BaseCell.id == kind.cell_id)
                .filter(kind.notebook_id == notebook.id)
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
    """nbgrader's step of that kind, on an open gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the grades of every cell of `nb`."""
        where = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = where["notebook"], where["assignment"], where["student"]
        self.gradebook = Rows(where["gradebook"], self.notebook_id, self.assignment_id, self.student_id)
        return NbGraderPreprocessor.preprocess(self, nb, resources)  # type: ignore[no-any-return]  # nbgrader's


class SavePenalty(AssignLatePenalties):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's step of that kind, on an open gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Enter the penalty for a late submission, as the course's plugin has it."""
        where = resources["nbgrader"]
        submission = where["gradebook"].find_submission(where["assignment"], where["student"])
        notebook = where["gradebook"].find_submission_notebook(where["notebook"], where["assignment"], where["student"])
        notebook.late_submission_penalty = None
        if (late := submission.total_seconds_late) > 0:
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(where["student"], notebook.score, late)
            if penalty is not None:
                notebook.late_submission_penalty = self._check_late_penalty(notebook, penalty)
        return nb, resources


def zero(submission: Any, reasons: Mapping[str, str]) -> None:
    """Give notebooks that were not graded no points, say for each why, and ask for a person to look."""
    for notebook in submission.notebooks:
        if why := reasons.get(notebook.name):
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, True
            for comment in notebook.comments:
                comment.auto_comment = f"Needs a look: {why}"


def record_problem(gradebook: OneGradebook, assignment: str, student: str, why: str | Mapping[str, str]) -> None:
    """Enter a submission that cannot be graded: no points, whatever it had before, and a person has to look.

    Where there is a reason for each notebook, one without is left as it is.
    """
    with gradebook.transaction():
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(assignment, student)
        zero(submission, {one.name: why for one in submission.notebooks} if isinstance(why, str) else why)
        gradebook.mark(assignment, student, "")
