"""Autograding: `nbgrader autograde` and the formgrader's button grade by the code of `autograder grade`.

nbgrader lets a course name the class of its exporter. It makes the exporter after it has chosen submissions and
before it opens one. GradingExporter grades the submissions at that moment and leaves nbgrader none to convert: so
nbgrader copies no student's file, follows no student's link, and writes nothing into the gradebook.
"""

from __future__ import annotations

import contextlib
import copy
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograder.compat.nbgrader import leave_nothing_to_convert
from autograder.course import Course, configured
from autograder.errors import AutograderError, MachineError, is_the_machines
from autograder.gradebook import OneGradebook
from autograder.grading.grade import grade
from autograder.grading.results import Result
from autograder.harmless import printable
from autograder.sandbox.check import require_sandbox

EVERY_NOTEBOOK = "*"  # nbgrader's default for notebook_id
NOT_CREATED = "{} is not in the gradebook, and nbgrader was told not to add students (Autograde.create_student)."


class GradingExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert carries no types
    """The exporter that grades what an Autograde converter has chosen, when the converter makes it."""

    def __init__(self, **kw: Any) -> None:
        """Grade; NbGraderException if something could not be graded, with one sentence in the log for each reason."""
        super().__init__(**kw)
        if isinstance(self.parent, Autograde):
            with _one_sentence(self.parent):
                _grade(self.parent)


def _grade(converter: Autograde) -> None:
    course, assignment = course_of(converter), converter.coursedir.assignment_id
    leave_nothing_to_convert(converter)
    course.check_assignment(assignment)
    if course.config.Execute.get("isolation", True):
        require_sandbox()
    with contextlib.chdir(course.root), warnings.catch_warnings():
        # As in `autograder grade`: an instructor can do nothing about these.
        warnings.filterwarnings("ignore", module="nbgrader|sqlalchemy|traitlets")
        failed = 0
        for result in _results(converter, course, assignment):
            _log(converter, result)
            failed += result.problem is not None
    if failed:
        raise NbGraderException(f"{failed} of the submissions could not be graded.")


def _results(converter: Autograde, course: Course, assignment: str) -> Iterator[Result]:
    """Grade the chosen students, with the hooks of the course before and after."""
    students = course.students(assignment)
    if not converter.create_student:
        known = known_students(course)
        yield from (Result(student, [], NOT_CREATED.format(printable(student))) for student in set(students) - known)
        students = [student for student in students if student in known]
    for student in students:
        converter.notebooks = notebooks_of(course, assignment, student)
        converter.run_pre_convert_hook()
    for result in grade(course, assignment, students):
        yield result
        if not result.problem:
            converter.notebooks = notebooks_of(course, assignment, result.student)
            converter.run_post_convert_hook()


def course_of(converter: Autograde) -> Course:
    """Return the course that a converter of nbgrader's works in, with the students that it was asked for.

    A submission is graded as a whole, so the command's option --notebook chooses nothing.
    """
    config, directory = copy.deepcopy(converter.config), converter.coursedir
    for name in ("db_url", "student_id", "student_id_exclude"):
        config.CourseDirectory[name] = getattr(directory, name)
    if "notebook_id" in _from_command_line(converter):
        config.CourseDirectory.notebook_id = EVERY_NOTEBOOK
    return configured(Path(directory.root), config)


def _from_command_line(converter: Autograde) -> Iterable[str]:
    """Return the settings of the course folder that the command line has, none for the formgrader."""
    return list(getattr(converter.parent, "cli_config", {}).get("CourseDirectory", {}))


def known_students(course: Course) -> set[str]:
    """Return the ids of the students in the gradebook."""
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {student.id for student in gradebook.students}


def notebooks_of(course: Course, assignment: str, student: str) -> list[str]:
    """Return the paths of the notebooks that a student submitted, sorted: what hooks of nbgrader's get."""
    return sorted(map(str, course.folder("submitted", assignment, student).glob("*.ipynb")))


def _log(converter: Autograde, result: Result) -> None:
    """Log what is to be said of a result."""
    for remark in result.remarks:
        converter.log.warning("%s: %s", result.student, printable(remark))
    if result.problem:
        converter.log.error(result.problem)
    else:
        converter.log.info("%s: %g/%g points", result.student, result.points, result.possible)


@contextlib.contextmanager
def _one_sentence(converter: Autograde) -> Iterator[None]:
    """Log a fault that is no student's in one sentence, and end nbgrader's command or request with it."""
    try:
        yield
    except (AutograderError, OSError) as error:
        if isinstance(error, OSError) and not is_the_machines(error):
            raise
        sentence = str(MachineError(error) if isinstance(error, OSError) else error)
        converter.log.error(sentence)
        raise NbGraderException(sentence) from error
