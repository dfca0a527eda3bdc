"""Grade: submissions in, gradebook entries and results out. One bad submission harms no other.

Each submission is read and repaired here, executed somewhere else, kept in the journal, and entered in the gradebook
here again. Whatever is killed on the way, the same command goes on where it stopped and ends in the same gradebook.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.course import JOURNAL, Course
from autograder.errors import CourseError, MachineError, is_the_machines
from autograder.gradebook import OneGradebook, id_problem
from autograder.grading.assignment import AssignmentGrading
from autograder.grading.attempts import Attempts, execute_notebooks
from autograder.grading.journal import Journal
from autograder.grading.results import Result
from autograder.grading.workers import Workers
from autograder.harmless import printable
from autograder.release import release
from autograder.submissions.intake import BadSubmission
from autograder.submissions.submission import Submission

ENOUGH = 4  # submissions per worker: for fewer, starting it takes longer than it saves


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
        grading = AssignmentGrading(course, assignment, journal, gradebook)
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


def _finish(
    grading: AssignmentGrading, waiting: dict[str, dict[str, Submission]], attempts: Attempts
) -> Iterator[Result]:
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
