"""Grade: submissions in, gradebook entries and results out. One bad submission harms no other.

This process reads and repairs each submission. Workers execute it. This process then keeps the outcome in the journal,
judges it and enters the grades. If anything is killed, the same command goes on where it stopped, and ends in the same
gradebook.

`autograder grade`, `nbgrader autograde` and the formgrader all grade by the function `grade`.
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
from autograder.grading.runs import run_of
from autograder.grading.workers import Workers
from autograder.harmless import printable
from autograder.release import release
from autograder.submissions.intake import BadSubmission
from autograder.submissions.submission import Submission

ENOUGH = 4  # submissions per worker: for fewer, starting it takes longer than it saves


def grade(
    course: Course,
    assignment: str,
    students: list[str],
    workers: int = 1,
    scheduler: str = "",
    force: bool = False,
    entering: type[AssignmentGrading] = AssignmentGrading,
) -> Iterator[Result]:
    """Grade the students' submissions, and yield each result as it comes, in no particular order.

    Args:
        course: the course; its configuration names the autograder's steps.
        assignment: the name of an assignment of the course.
        students: ids of students who submitted it.
        workers: the number of processes that execute side by side.
        scheduler: the address of a Dask cluster that executes instead, "" for this machine.
        force: whether to execute again what the journal holds.
        entering: what judges executed submissions, and enters their grades.

    Yields:
        The result of each student, also if the submission could not be graded.

    Raises:
        CourseError: something other than a submission is at fault. No grade of an unfinished submission changes.
    """
    register(course, assignment)
    with (
        Journal(Path(course.root, JOURNAL, f"{assignment}.db")) as journal,
        OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook,
        Workers(execute_notebooks, min(workers, -(-len(students) // ENOUGH)), scheduler) as pool,
    ):
        grading = entering(course, assignment, journal, gradebook)
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
            key = grading.key(submission)
            if key in waiting:  # another submission runs alike
                waiting[key][student] = submission
            elif key in journal and not force:
                yield grading.enter_or_say(student, submission, journal[key])
            else:
                waiting[key] = {student: submission}
                attempts.start(key, submission)
            while pool.full:
                yield from _finish(grading, waiting, attempts)
        while attempts.pending:
            yield from _finish(grading, waiting, attempts)


def register(course: Course, assignment: str) -> None:
    """Enter the cells and hidden tests of the source into the gradebook: submissions are graded by these.

    nbgrader does that while it makes a release. The course's own release stays: somebody may be at work in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = copy.deepcopy(course.config)
        config.CourseDirectory.release_directory = folder
        release(Course(course.root, config), assignment)


def _finish(
    grading: AssignmentGrading, waiting: dict[str, dict[str, Submission]], attempts: Attempts
) -> Iterator[Result]:
    """Wait for a run to end. Keep its outcome, and enter it for all who handed in this submission."""
    for key, outcome in attempts.wait():
        if isinstance(outcome, CourseError):
            raise outcome
        if isinstance(outcome, OSError) and is_the_machines(outcome):
            raise MachineError(outcome) from outcome
        if not isinstance(outcome, Exception):
            runs = {name: run_of(executed) for name, executed in outcome.items()}
            grading.journal.add(key, runs)
        for student, submission in waiting.pop(key).items():
            if isinstance(outcome, Exception):
                folder = grading.course.folder("submitted", grading.assignment, student)
                yield grading.problem(student, f"{folder} could not be executed ({type(outcome).__name__}: {outcome}).")
            else:
                yield grading.enter_or_say(student, submission, runs)
