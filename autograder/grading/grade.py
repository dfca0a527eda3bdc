"""Grade: submissions in, gradebook entries and results out. One bad submission harms no other.

Each submission is read and repaired here, executed somewhere else, kept in the journal, and entered in the gradebook
here again. Whatever is killed on the way, the same command goes on where it stopped and ends in the same gradebook.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, Execute, SaveAutoGrades

from autograder.course import JOURNAL, Course
from autograder.errors import CourseError, MachineError, UsageError, is_the_machines
from autograder.files import remove_tree
from autograder.gradebook import MISSING, OneGradebook, digest, id_problem
from autograder.grading.attempts import Attempts, execute_notebooks
from autograder.grading.entering import SaveGrades, SavePenalty, record_problem, zero
from autograder.grading.graded import contents, fingerprint, folder_fingerprint, read_notebooks, replace_folder
from autograder.grading.journal import Journal
from autograder.grading.problem_page import write_problem_pages
from autograder.grading.rehearsal import SETTINGS, digest_of, rehearse, settings_of
from autograder.grading.results import Result, result_of
from autograder.grading.workers import Workers
from autograder.harmless import printable
from autograder.release import release
from autograder.submissions.intake import BadSubmission
from autograder.submissions.repair import read_source
from autograder.submissions.submission import Submission, given_files, read

ENOUGH = 4  # submissions a worker: for fewer, starting it takes longer than it saves


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


class Grading:
    """An assignment being graded: its sources, and the journal and the gradebook, open."""

    def __init__(self, course: Course, assignment: str, journal: Journal, gradebook: OneGradebook) -> None:
        """Run the solutions where that is needed, and get ready; CourseError if the course cannot be graded."""
        self.course, self.assignment, self.journal, self.gradebook = course, assignment, journal, gradebook
        folder = course.folder("source", assignment)
        self.sources = {
            name: read_source(gradebook, assignment, name, folder / f"{name}.ipynb", course.config)
            for name in course.notebooks(assignment)
        }
        rehearsal = rehearse(course.config, assignment, self.sources)
        self.prepared = rehearsal.prepared
        self.given = given_files(Autograde(coursedir=course.directory, config=course.config), assignment)
        self.decided_by = json.dumps([course.setting(*SETTINGS), *rehearsal.keys.values()])
        self.settings = settings_of(course.config)
        steps = after_execution(course)
        self.steps = [step(config=course.config) for step in steps]
        # What judging and entering depend on, but for the submission and what the gradebook says.
        self.entered_by = digest(course.setting(), rehearsal.labels, digest_of(self.sources), code_of(course, steps))
        self.marks, self.states = gradebook.marks(assignment), gradebook.states(assignment)

    def read(self, student: str) -> Submission:
        """Read what a student handed in; BadSubmission where it cannot be graded."""
        folder = self.course.folder("submitted", self.assignment, student)
        return read(folder, self.sources, self.given, self.course.directory.ignore)

    def enter_or_say(self, student: str, submission: Submission, key: str, executed: Mapping[str, str]) -> Result:
        """Enter the grades; where one submission brings a step down, that concerns this one alone."""
        try:
            return self.enter(student, submission, key, executed)
        except CourseError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and is_the_machines(error):
                raise MachineError(error) from error
            folder = self.course.folder("submitted", self.assignment, student)
            return self.problem(student, f"{folder} could not be graded ({type(error).__name__}: {error}).")

    def enter(self, student: str, submission: Submission, key: str, executed: Mapping[str, str]) -> Result:
        """Judge executed notebooks and enter the grades, unless the gradebook and the pages show just these."""
        folder = self.course.folder("autograded", self.assignment, student)
        cause = digest(self.entered_by, key, executed, submission.submitted, sorted(submission.missing))
        before = self.states.get(student, ""), folder_fingerprint(folder)
        if self.marks.get(student) == digest(cause, before):
            return result_of(student, read_notebooks(folder, executed), submission.remarks)
        with self.gradebook.transaction():
            entry = self.gradebook.submission(self.assignment, student, timestamp=submission.submitted)
            zero(self.gradebook, entry, {name: MISSING.format(name) for name in submission.missing})
            graded = {name: self._grade(content, name, student) for name, content in executed.items()}
            files = contents(submission.files, graded)
            after = self.gradebook.state(self.assignment, student), fingerprint(files)
            self.gradebook.mark(self.assignment, student, digest(cause, after))
            if after != before:
                self._remove("feedback", student)
        if after[1] != before[1]:
            replace_folder(folder, files)
        return result_of(student, graded, submission.remarks)

    def _grade(self, content: str, notebook: str, student: str) -> NotebookNode:
        """Do with an executed notebook what nbgrader does after that: judge, save, keep."""
        nb: NotebookNode = nbformat.reads(content, as_version=4)
        where = {"assignment": self.assignment, "notebook": notebook, "student": student, "gradebook": self.gradebook}
        resources: dict[str, Any] = {"nbgrader": where | {"db_url": self.course.directory.db_url}}
        for step in self.steps:
            nb, resources = step(nb, resources)
        return nb

    def problem(self, student: str, why: str) -> Result:
        """Enter that a submission could not be graded: what an earlier one earned is no longer true."""
        why = printable(why)
        record_problem(self.gradebook, self.assignment, student, why)
        self._remove("autograded", student)
        self._remove("feedback", student)
        feedback, submitted = (self.course.folder(step, self.assignment, student) for step in ("feedback", "submitted"))
        write_problem_pages(feedback, submitted, self.sources, why)
        return Result(student, [], why)

    def _remove(self, step: str, student: str) -> None:
        """Remove pages of a student that show what is no longer true."""
        remove_tree(self.course.folder(step, self.assignment, student))


def grade(
    course: Course, assignment: str, students: list[str], workers: int = 1, scheduler: str = "", force: bool = False
) -> Iterator[Result]:
    """Grade the students' submissions and yield each result as it comes, in no particular order.

    `workers` processes execute side by side, or those of the Dask cluster at `scheduler`. What the journal holds is
    not executed again unless `force` is given.
    """
    register(course, assignment)
    with (
        Journal(Path(course.root, JOURNAL, f"{assignment}.db")) as journal,
        OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook,
        Workers(execute_notebooks, min(workers, -(-len(students) // ENOUGH)), scheduler) as pool,
    ):
        grading = Grading(course, assignment, journal, gradebook)
        attempts = Attempts(pool, grading.prepared, grading.settings)
        waiting: dict[str, dict[str, Submission]] = {}  # key -> student -> submission that is being executed
        for student in students:
            if why := id_problem(student):
                yield Result(printable(student), [], why)
                continue
            try:
                submission = grading.read(student)
            except BadSubmission as problem:
                yield grading.problem(student, str(problem))
                continue
            key = submission.key(grading.decided_by)
            if key in waiting:  # the same to the last letter as another
                waiting[key][student] = submission
            elif key in journal and not force:
                yield grading.enter_or_say(student, submission, key, journal[key])
            else:
                waiting[key] = {student: submission}
                attempts.start(key, submission)
            while pool.full:
                yield from _finish(grading, waiting, attempts)
        while attempts.pending:
            yield from _finish(grading, waiting, attempts)


def register(course: Course, assignment: str) -> None:
    """Make the cells and hidden tests in the gradebook, which nbgrader grades with, the source's.

    nbgrader does that while it makes a release. Somebody may be at work in the one that is there: it stays.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = copy.deepcopy(course.config)
        config.CourseDirectory.release_directory = folder
        release(Course(course.root, config), assignment)


def _finish(grading: Grading, waiting: dict[str, dict[str, Submission]], attempts: Attempts) -> Iterator[Result]:
    """Wait for a run to end; keep what came of it, and enter it for all who handed the submission in."""
    for key, outcome in attempts.wait():
        if isinstance(outcome, CourseError):
            raise outcome
        if isinstance(outcome, OSError) and is_the_machines(outcome):
            raise MachineError(outcome) from outcome
        if not isinstance(outcome, Exception):
            grading.journal.add(key, outcome)
        for student, submission in waiting.pop(key).items():
            if isinstance(outcome, Exception):
                folder = grading.course.folder("submitted", grading.assignment, student)
                yield grading.problem(student, f"{folder} could not be executed ({type(outcome).__name__}: {outcome}).")
            else:
                yield grading.enter_or_say(student, submission, key, outcome)


def after_execution(course: Course) -> list[Any]:
    """Return the steps that the course has nbgrader do after Execute; those that save, on an open gradebook.

    nbgrader's check of the cells' metadata is left out: it is the source's own.
    """
    steps = Autograde(config=course.config).autograde_preprocessors
    executes = next(place for place, step in enumerate(steps) if issubclass(step, Execute))
    instead = {SaveAutoGrades: SaveGrades, AssignLatePenalties: SavePenalty}
    after = [step for step in steps[executes + 1 :] if step is not CheckCellMetadata]
    return [instead.get(step, step) for step in after]


def code_of(course: Course, steps: Sequence[type]) -> str:
    """Return a hash of the course's own code that grades: its steps, and its plugin for late submissions."""
    classes = [*steps, AssignLatePenalties(config=course.config).plugin_class]
    modules = {sys.modules[base.__module__] for one in classes for base in one.__mro__}
    paths = sorted(Path(file) for module in modules if (file := getattr(module, "__file__", None)))
    return digest([[str(path), hashlib.sha256(path.read_bytes()).hexdigest()] for path in paths])
