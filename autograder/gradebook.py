"""The gradebook: nbgrader's own, with the many small commits of its steps made one transaction per submission.

Two tables stand next to nbgrader's. One says what a student's grades were entered from, so that what is entered
already is not entered again. The other says for which answer a grade was given, so that points given by hand stay as
long as the answer does. Both are written in the same transaction as the grades.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import Column, MetaData, String, Table, create_engine, delete, insert, inspect, select, text, update
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder.errors import CourseError
from autograder.harmless import printable

OWN = MetaData()
ENTERED = Table(
    "autograder_entered",
    OWN,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("key", String(64), nullable=False),  # a hash of what was entered, and of what it was entered from
)
ANSWERED = Table(
    "autograder_answered",
    OWN,
    Column("grade", String(32), primary_key=True),  # the id of nbgrader's row
    Column("answer", String(64), nullable=False),  # a hash of the answer that this grade was given for
)
MISSING = "{}.ipynb was not handed in."
OUTDATED = (
    "The gradebook was made by another version of nbgrader: make a copy of it, run `nbgrader db upgrade` in the "
    "course folder, and run the same command again."
)


MIGRATIONS = Path(api.__file__).with_name("alembic")
# In an apostrophe nothing of the formgrader's pages ends: its templates and scripts quote ids with ".
MARKUP = set('<>&"`')
LONGEST_ID = 128  # letters of a student's id in the gradebook


class GradebookError(CourseError):
    """The gradebook cannot be used; the message is one sentence that says what to do."""


class OneGradebook(Gradebook):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's gradebook, kept open for many submissions."""

    def __init__(self, db_url: str, course_id: str = "default_course") -> None:
        """Open the gradebook, and add the tables next to nbgrader's."""
        create(db_url)
        with explained():
            super().__init__(db_url, course_id)
            OWN.create_all(self.engine)

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
                self.db.configure(bind=self.engine)

    def marks(self, assignment: str) -> dict[str, str]:
        """Return student -> the mark of what was entered for them."""
        query = select(ENTERED.c.student, ENTERED.c.key).where(ENTERED.c.assignment == assignment)
        with explained(), self.engine.connect() as connection:
            return {row.student: row.key for row in connection.execute(query)}

    def mark(self, assignment: str, student: str, key: str) -> None:
        """Say what a student's grades were entered from, "" for nothing; to be called in a transaction."""
        chosen = ENTERED.c.assignment == assignment, ENTERED.c.student == student
        self.db.execute(delete(ENTERED).where(*chosen))
        if key:
            self.db.execute(insert(ENTERED).values(assignment=assignment, student=student, key=key))

    def states(self, assignment: str) -> dict[str, str]:
        """Return student -> a hash of all that the gradebook says of their submission."""
        with explained(), self.engine.connect() as connection:
            return _states(connection, assignment)

    def state(self, assignment: str, student: str) -> str:
        """Return the same for one student; to be called in a transaction."""
        self.db.flush()
        return _states(self.db, assignment, student).get(student, "")

    def answers(self, grades: Iterable[str]) -> dict[str, str]:
        """Return id of a grade -> hash of the answer that it was given for; without those not known."""
        chosen = ANSWERED.c.grade.in_(list(grades))
        rows = self.db.execute(select(ANSWERED.c.grade, ANSWERED.c.answer).where(chosen))
        return {row.grade: row.answer for row in rows}

    def set_answers(self, answers: Mapping[str, str]) -> None:
        """Say for which answers grades were given; to be called in a transaction."""
        if answers:
            self.db.execute(delete(ANSWERED).where(ANSWERED.c.grade.in_(list(answers))))
            rows = [{"grade": grade, "answer": answer} for grade, answer in answers.items()]
            self.db.execute(insert(ANSWERED), rows)

    def submission(self, assignment: str, student: str, **known: Any) -> Any:
        """Return a student's submission with all its rows, made where they are not there."""
        self.update_or_create_student(student)
        entry = self.update_or_create_submission(assignment, student, **known)
        with self.db.no_autoflush:
            self.db.add_all(list(missing_rows(entry)))
        self.db.flush()
        return entry


def _states(session: Any, assignment: str, student: str | None = None) -> dict[str, str]:
    """Return student -> hash of what decides what is shown and exported of their submission."""
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
    """Yield new rows in place of those that somebody has removed from a submission: notebooks, grades and comments."""
    there = {entry.notebook_id: entry for entry in submission.notebooks}
    for notebook in submission.assignment.notebooks:
        entry = there.get(notebook.id)
        if entry is None:
            entry = api.SubmittedNotebook(notebook=notebook, assignment=submission)
            yield entry
        for kind, rows, cells in (
            (api.Grade, entry.grades, (*notebook.grade_cells, *notebook.task_cells)),
            (api.Comment, entry.comments, (*notebook.solution_cells, *notebook.task_cells)),
        ):
            known = {row.cell_id for row in rows}
            yield from (kind(cell_id=cell.id, notebook=entry) for cell in cells if cell.id not in known)


def id_problem(student: str) -> str:
    """Return why a folder's name can be no student's id, "" if it can: pages of the formgrader show it as it is."""
    if student == printable(student) and not MARKUP & set(student) and len(student) <= LONGEST_ID:
        return ""
    allowed = f"an id has at most {LONGEST_ID} letters that can be printed, and none of {' '.join(sorted(MARKUP))}"
    return f"The folder {printable(student)} is named by no student id: rename it, {allowed}."


def digest(*parts: Any) -> str:
    """Return a hash of JSON data."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def create(db_url: str) -> None:
    """Make an empty gradebook if there is none, as nbgrader would; GradebookError if it is of another version."""
    with explained(), _engine(db_url).begin() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            from alembic.migration import MigrationContext  # takes half a second: only where it is needed
            from alembic.script import ScriptDirectory

            api.Base.metadata.create_all(connection)
            MigrationContext.configure(connection).stamp(ScriptDirectory(str(MIGRATIONS)), "head")
        elif not _is_current(connection, tables):
            raise GradebookError(OUTDATED)


def _engine(db_url: str) -> Any:
    try:
        return create_engine(db_url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise GradebookError(
            f"CourseDirectory.db_url in nbgrader_config.py names no gradebook that can be opened ({error})."
        ) from error


def _is_current(connection: Any, tables: list[str]) -> bool:
    """Return whether tables are of the version that no migration of nbgrader's starts from."""
    if "alembic_version" not in tables:
        return False
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    migrations = "".join(path.read_text(encoding="utf-8") for path in MIGRATIONS.glob("versions/*.py"))
    return f"\nrevision = '{version}'" in migrations and f"down_revision = '{version}'" not in migrations


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn an error of the database into one sentence."""
    try:
        yield
    except (DBAPIError, api.InvalidEntry) as error:
        cause = error if isinstance(error, DBAPIError) else error.__context__  # nbgrader's error has only the text
        if not isinstance(cause, DBAPIError):
            raise
        reason = " ".join(str(cause.orig).split())
        raise GradebookError(
            f"The gradebook cannot be used ({reason}): what has been executed is kept; "
            "fix that, and run the same command again."
        ) from error


class Snapshot:
    """What the gradebook says of one submission before it is graded, to be put back if that fails."""

    def __init__(self, gradebook: OneGradebook, assignment: str, student: str) -> None:
        """Read it; to be called in a transaction."""
        self.assignment, self.student = assignment, student
        self.rows: list[tuple[Any, str, str, dict[str, Any]]] = []  # table, notebook, id, values
        self.answers: dict[str, str] = {}
        self.known = True  # whether there was a submission
        try:
            entry = gradebook.find_submission(assignment, student)
        except api.MissingEntry:
            self.known = False
            return
        self.answers = gradebook.answers(grade.id for notebook in entry.notebooks for grade in notebook.grades)
        self._keep(entry, "", "timestamp")
        for notebook in entry.notebooks:
            self._keep(notebook, notebook.name, "late_submission_penalty")
            for grade in notebook.grades:
                self._keep(grade, notebook.name, "auto_score", "needs_manual_grade")
            for comment in notebook.comments:
                self._keep(comment, notebook.name, "auto_comment")

    def _keep(self, row: Any, notebook: str, *names: str) -> None:
        self.rows.append((type(row), notebook, row.id, {name: getattr(row, name) for name in names}))

    def put_back(self, gradebook: OneGradebook, notebook: str | None = None) -> None:
        """Have the gradebook say again what it said, of one notebook or of all; to be called in a transaction."""
        if not self.known and notebook is None:
            with contextlib.suppress(api.MissingEntry):
                gradebook.remove_submission(self.assignment, self.student)
            return
        chosen = [row for row in self.rows if notebook is None or row[1] == notebook]
        for kind, _, number, values in chosen:
            gradebook.db.execute(update(kind).where(kind.id == number).values(**values))
        gradebook.db.expire_all()
        numbers = {number for _, _, number, _ in chosen}
        gradebook.set_answers({grade: answer for grade, answer in self.answers.items() if grade in numbers})
