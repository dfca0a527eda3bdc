"""The gradebook: nbgrader's own, with one transaction per submission instead of nbgrader's many small commits.

Two tables stand next to nbgrader's. `autograder_entered` says what a student's grades were entered from, so that the
same grades are not entered again. `autograder_answered` says for which answer a grade was given, so that points given
by hand stay as long as the answer does. Both are written in the same transaction as the grades.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import Column, MetaData, String, Table, create_engine, delete, insert, inspect, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder.compat.nbgrader_gradebook import has_newest_version, make_tables, single_transaction
from autograder.errors import CourseError
from autograder.harmless import printable

OWN_TABLES = MetaData()
ENTERED = Table(
    "autograder_entered",
    OWN_TABLES,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("key", String(64), nullable=False),  # a hash of what was entered, and of what it was entered from
)
ANSWERED = Table(
    "autograder_answered",
    OWN_TABLES,
    Column("grade", String(32), primary_key=True),  # the id of nbgrader's row
    Column("answer", String(64), nullable=False),  # a hash of the answer that this grade was given for
)
MISSING = "{}.ipynb was not handed in."
OUTDATED = (
    "The gradebook was made by another version of nbgrader: make a copy of it, run `nbgrader db upgrade` in the "
    "course folder, and run the same command again."
)
# In an apostrophe nothing of the formgrader's pages ends: its templates and scripts quote ids with ".
MARKUP = set('<>&"`')
LONGEST_ID = 128  # letters of a student's id in the gradebook


class GradebookError(CourseError):
    """The gradebook cannot be used; the message is one sentence that says what to do."""


class OneGradebook(Gradebook):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's gradebook with the tables of the autograder, open for many submissions."""

    def __init__(self, db_url: str, course_id: str = "default_course") -> None:
        """Open the gradebook, and make it and the tables next to nbgrader's if they do not exist."""
        create_gradebook(db_url)
        with database_errors():
            super().__init__(db_url, course_id)
            OWN_TABLES.create_all(self.engine)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one transaction, even what nbgrader commits by itself."""
        with database_errors(), single_transaction(self):
            yield

    def marks(self, assignment: str) -> dict[str, str]:
        """Return student -> the hash of what their grades were entered from."""
        query = select(ENTERED.c.student, ENTERED.c.key).where(ENTERED.c.assignment == assignment)
        with database_errors(), self.engine.connect() as connection:
            return {row.student: row.key for row in connection.execute(query)}

    def mark(self, assignment: str, student: str, key: str | None) -> None:
        """Note the hash of what a student's grades were entered from, None for nothing; call it in a transaction."""
        chosen = ENTERED.c.assignment == assignment, ENTERED.c.student == student
        self.db.execute(delete(ENTERED).where(*chosen))
        if key is not None:
            self.db.execute(insert(ENTERED).values(assignment=assignment, student=student, key=key))

    def states(self, assignment: str) -> dict[str, str]:
        """Return student -> a hash of everything that the gradebook holds of their submission."""
        with database_errors(), self.engine.connect() as connection:
            return _states(connection, assignment)

    def state(self, assignment: str, student: str) -> str:
        """Return that hash for one student, "" without a submission; call it in a transaction."""
        self.db.flush()
        return _states(self.db, assignment, student).get(student, "")

    def answers(self, grades: Iterable[str]) -> dict[str, str]:
        """Return id of a grade -> hash of the answer that it was given for, if that is known."""
        chosen = ANSWERED.c.grade.in_(list(grades))
        rows = self.db.execute(select(ANSWERED.c.grade, ANSWERED.c.answer).where(chosen))
        return {row.grade: row.answer for row in rows}

    def set_answers(self, answers: Mapping[str, str]) -> None:
        """Note for which answers grades were given; call it in a transaction."""
        if answers:
            self.db.execute(delete(ANSWERED).where(ANSWERED.c.grade.in_(list(answers))))
            rows = [{"grade": grade, "answer": answer} for grade, answer in answers.items()]
            self.db.execute(insert(ANSWERED), rows)

    def submission(self, assignment: str, student: str, **known: Any) -> Any:
        """Return a student's submission, and make the rows that it lacks."""
        self.update_or_create_student(student)
        entry = self.update_or_create_submission(assignment, student, **known)
        with self.db.no_autoflush:
            self.db.add_all(list(missing_rows(entry)))
        self.db.flush()
        return entry


def _states(session: Any, assignment: str, student: str | None = None) -> dict[str, str]:
    """Return student -> hash of everything in the gradebook that decides what is shown and exported of a submission."""
    submitted, notebook, grade, comment = api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment
    submissions = (
        select(submitted.student_id)
        .join(api.Student, submitted.student_id == api.Student.id)
        .join(api.Assignment, submitted.assignment_id == api.Assignment.id)
        .where(api.Assignment.name == assignment, *([submitted.student_id == student] if student is not None else []))
    )
    notebooks = submissions.join(notebook, notebook.assignment_id == submitted.id).join(
        api.Notebook, api.Notebook.id == notebook.notebook_id
    )
    grades, comments = (
        notebooks.join(kind, kind.notebook_id == notebook.id).join(api.BaseCell, api.BaseCell.id == kind.cell_id)
        for kind in (grade, comment)
    )
    cell = api.Notebook.name, api.BaseCell.name
    queries = (
        submissions.add_columns(submitted.timestamp, submitted.extension, api.Assignment.duedate),
        notebooks.add_columns(api.Notebook.name, notebook.late_submission_penalty),
        grades.add_columns(*cell, grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade),
        comments.add_columns(*cell, comment.auto_comment),
    )
    lines: dict[str, list[str]] = {}
    for number, query in enumerate(queries):
        for who, *row in session.execute(query):
            lines.setdefault(who, []).append(json.dumps([number, *row], default=str))
    return {who: digest(sorted(facts)) for who, facts in lines.items()}


def missing_rows(submission: Any) -> Iterator[Any]:
    """Yield new rows for the notebooks, grades and comments that a submission lacks."""
    entries = {entry.notebook_id: entry for entry in submission.notebooks}
    for notebook in submission.assignment.notebooks:
        entry = entries.get(notebook.id)
        if entry is None:
            entry = api.SubmittedNotebook(notebook=notebook, assignment=submission)
            yield entry
        for kind, rows, cells in (
            (api.Grade, entry.grades, (*notebook.grade_cells, *notebook.task_cells)),
            (api.Comment, entry.comments, (*notebook.solution_cells, *notebook.task_cells)),
        ):
            known = {row.cell_id for row in rows}
            yield from (kind(cell_id=cell.id, notebook=entry) for cell in cells if cell.id not in known)


def id_problem(student: str) -> str | None:
    """Return why a folder's name cannot be a student's id, None if it can.

    Pages of the formgrader show an id as it is, so it may hold no HTML.
    """
    if student == printable(student) and not MARKUP & set(student) and len(student) <= LONGEST_ID:
        return None
    allowed = f"an id has at most {LONGEST_ID} letters that can be printed, and none of {' '.join(sorted(MARKUP))}"
    return f"The folder {printable(student)} is not named by a student id: rename it, {allowed}."


def digest(*parts: Any) -> str:
    """Return a hash of JSON data."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def create_gradebook(db_url: str) -> None:
    """Make an empty gradebook if there is none, as nbgrader does.

    Raises:
        GradebookError: the gradebook cannot be opened, or was made by another version of nbgrader.
    """
    with database_errors(), _engine(db_url).begin() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            make_tables(connection)
        elif "alembic_version" not in tables or not has_newest_version(connection):
            raise GradebookError(OUTDATED)


def _engine(db_url: str) -> Any:
    try:
        return create_engine(db_url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise GradebookError(
            f"CourseDirectory.db_url in nbgrader_config.py names no gradebook that can be opened ({error})."
        ) from error


@contextlib.contextmanager
def database_errors() -> Iterator[None]:
    """Raise an error of the database as a GradebookError, whose message is one sentence."""
    try:
        yield
    except (DBAPIError, api.InvalidEntry) as error:
        cause = error if isinstance(error, DBAPIError) else error.__context__  # nbgrader's error has only its text
        if not isinstance(cause, DBAPIError):
            raise
        reason = " ".join(str(cause.orig).split())
        raise GradebookError(
            f"The gradebook cannot be used ({reason}): what has been executed is kept; "
            "fix that, and run the same command again."
        ) from error
