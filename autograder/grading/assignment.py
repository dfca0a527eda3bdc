"""An assignment being graded: its submissions are read, and the grades of executed ones are entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.converters import Autograde

from autograder.course import Course
from autograder.errors import CourseError, MachineError, is_the_machines
from autograder.files import remove_tree
from autograder.gradebook import MISSING, OneGradebook, digest
from autograder.grading.entering import give_no_points, record_problem
from autograder.grading.graded import contents, fingerprint, folder_fingerprint, read_notebooks, replace_folder
from autograder.grading.journal import Journal
from autograder.grading.problem_page import write_problem_pages
from autograder.grading.rehearsal import SETTINGS, digest_of, rehearse, settings_of
from autograder.grading.results import Result, result_of
from autograder.grading.runs import key_of, laid_over
from autograder.grading.steps import after_execution, code_of
from autograder.harmless import printable
from autograder.judging.reference import Reference
from autograder.regions import hidden_tests
from autograder.submissions.repair import read_source
from autograder.submissions.submission import Submission, given_files, read_submission_folder


class AssignmentGrading:
    """An assignment that is being graded: its sources, and its open journal and gradebook."""

    def __init__(self, course: Course, assignment: str, journal: Journal, gradebook: OneGradebook) -> None:
        """Run solutions that have changed, and get ready to grade; CourseError if the course is at fault."""
        self.course, self.assignment, self.journal, self.gradebook = course, assignment, journal, gradebook
        folder = course.folder("source", assignment)
        self.sources = {
            name: read_source(gradebook, assignment, name, folder / f"{name}.ipynb", course.config)
            for name in course.notebooks(assignment)
        }
        rehearsal = rehearse(course.config, assignment, self.sources)
        self.prepared = rehearsal.prepared
        self.given = given_files(Autograde(coursedir=course.directory, config=course.config), assignment)
        self.hidden = hidden_tests(course.config)
        self.environment = course.setting(*SETTINGS), Reference(config=course.config).environment()
        self.settings = settings_of(course.config)
        steps = after_execution(course)
        self.steps = [step(config=course.config) for step in steps]
        # All that judging and entering depend on, except the submission and the gradebook.
        self.entered_by = digest(
            course.setting(), rehearsal.keys, rehearsal.labels, digest_of(self.sources), code_of(course, steps)
        )
        self.marks, self.states = gradebook.marks(assignment), gradebook.states(assignment)

    def read(self, student: str) -> Submission:
        """Return what a student handed in; BadSubmission if it cannot be graded."""
        folder = self.course.folder("submitted", self.assignment, student)
        return read_submission_folder(folder, self.sources, self.given, self.course.directory.ignore)

    def key(self, submission: Submission) -> str:
        """Return the key in the journal of what a student handed in."""
        return key_of(submission, self.prepared, self.hidden, *self.environment)

    def enter_or_say(self, student: str, submission: Submission, runs: Mapping[str, str]) -> Result:
        """Enter the grades. An error that a submission causes in a step is a problem of this submission alone."""
        try:
            return self.enter(student, submission, runs)
        except CourseError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and is_the_machines(error):
                raise MachineError(error) from error
            folder = self.course.folder("submitted", self.assignment, student)
            return self.problem(student, f"{folder} could not be graded ({type(error).__name__}: {error}).")

    def enter(self, student: str, submission: Submission, runs: Mapping[str, str]) -> Result:
        """Judge the runs of notebooks and enter the grades, unless gradebook and graded folder have them already.

        Args:
            student: the student's id.
            submission: what the student handed in.
            runs: name of a notebook -> its run, as JSON.

        Returns:
            What the submission earned.
        """
        folder = self.course.folder("autograded", self.assignment, student)
        work = submission.notebooks, submission.files_hash, submission.submitted, sorted(submission.missing)
        cause = digest(self.entered_by, runs, *work)
        before = self.states.get(student, ""), folder_fingerprint(folder)
        if self.marks.get(student) == digest(cause, before):
            return result_of(student, read_notebooks(folder, runs), submission.remarks)
        with self.gradebook.transaction():
            entry = self.gradebook.submission(self.assignment, student, timestamp=submission.submitted)
            give_no_points(self.gradebook, entry, {name: MISSING.format(name) for name in submission.missing})
            graded = self.judged(student, submission, runs)
            files = contents(submission.files, graded)
            after = self.gradebook.state(self.assignment, student), fingerprint(files)
            self.gradebook.mark(self.assignment, student, digest(cause, after))
            if after != before:
                self._remove("feedback", student)
        if after[1] != before[1]:
            replace_folder(folder, files)
        return result_of(student, graded, submission.remarks)

    def judged(self, student: str, submission: Submission, runs: Mapping[str, str]) -> dict[str, NotebookNode]:
        """Return a submission's notebooks as executed, after the steps of the course that judge and save."""
        return {name: self._grade(laid_over(submission.notebooks[name], runs[name]), name, student) for name in runs}

    def _grade(self, nb: NotebookNode, notebook: str, student: str) -> NotebookNode:
        """Return an executed notebook after the steps of the course: it is judged, and its grades are entered."""
        where = {"assignment": self.assignment, "notebook": notebook, "student": student, "gradebook": self.gradebook}
        resources: dict[str, Any] = {"nbgrader": where | {"db_url": self.course.directory.db_url}}
        for step in self.steps:
            nb, resources = step(nb, resources)
        return nb

    def problem(self, student: str, why: str) -> Result:
        """Enter that a submission could not be graded, in place of what an earlier one earned; return that result."""
        why = printable(why)
        record_problem(self.gradebook, self.assignment, student, why)
        self._remove("autograded", student)
        self._remove("feedback", student)
        feedback, submitted = (self.course.folder(step, self.assignment, student) for step in ("feedback", "submitted"))
        write_problem_pages(feedback, submitted, self.sources, why)
        return Result(student, [], why)

    def _remove(self, step: str, student: str) -> None:
        """Remove a student's folder at a step: what it shows is outdated."""
        remove_tree(self.course.folder(step, self.assignment, student))
