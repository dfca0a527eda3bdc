"""Regrade: what a corrected test would change in the points of submissions that have been graded.

The submissions are judged anew from the journal, against a scratch gradebook. So nothing is entered, and only what a
changed test cell or file requires is executed.
"""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import from_dict

from autograder.course import Course
from autograder.errors import UsageError
from autograder.grade_rows import cell_rows
from autograder.gradebook import OneGradebook
from autograder.grading.assignment import AssignmentGrading
from autograder.grading.entering import SaveGrades, SavePenalty
from autograder.grading.grade import grade
from autograder.grading.results import Result, result_of
from autograder.submissions.submission import Submission

NOTICED = 1e-6  # points; less is rounding
Cell = tuple[str, str]  # the name of a notebook, and a grade id in it


@dataclass(frozen=True)
class Change:
    """What a student gains or loses in one check."""

    notebook: str
    grade_id: str
    check: str  # the name of the record, or that of the visible checks
    before: float
    after: float
    why: str  # what is or was wrong, "" if that is unknown

    @property
    def difference(self) -> float:
        """The points gained, negative if points are lost."""
        return self.after - self.before


@dataclass(frozen=True)
class Difference:
    """A student's points in the gradebook, and what they would be. Late penalties are not taken off."""

    student: str
    before: float
    after: float
    maximum_before: float
    maximum_after: float
    changes: list[Change] = field(default_factory=list)  # of cells that no person has given points for
    by_hand: list[str] = field(default_factory=list)  # grade ids whose computed points change under a person's
    problem: str | None = None  # why it cannot be graded now, None if it can


class Rejudging(AssignmentGrading):
    """Judges the submissions of an assignment, and enters nothing."""

    def enter(self, student: str, submission: Submission, runs: Mapping[str, str]) -> Result:
        """Return what the submission earns."""
        self.steps = [step for step in self.steps if not isinstance(step, SaveGrades | SavePenalty)]
        return result_of(student, self.judged(student, submission, runs), submission.remarks)

    def problem(self, student: str, why: str) -> Result:
        """Return that the submission cannot be graded."""
        return Result(student, [], why)


def graded_students(course: Course, assignment: str, students: list[str]) -> list[str]:
    """Return those students whose submissions have been graded, all if none are named.

    Raises:
        UsageError: a named student, or the whole class, has not been graded yet.
    """
    graded = _marks(course, assignment).keys() & set(course.students(assignment))
    for student in students:
        if student not in graded:
            raise UsageError(f"{student} has not been graded in {assignment} yet: run `autograder grade {assignment}`.")
    if not graded:
        raise UsageError(f"Nobody has been graded in {assignment} yet: run `autograder grade {assignment}`.")
    return sorted(students or graded)


def preview(course: Course, assignment: str, students: list[str], workers: int = 1) -> Iterator[Difference]:
    """Judge graded submissions anew, and yield for each student what would change, in no particular order.

    Args:
        course: the course.
        assignment: the name of an assignment of the course.
        students: ids of students who have been graded.
        workers: the number of processes that execute what has to be executed.

    Raises:
        CourseError: something other than a submission is at fault.
    """
    marks = _marks(course, assignment)
    with tempfile.TemporaryDirectory() as folder:
        config = copy.deepcopy(course.config)
        config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook.db"
        for result in grade(Course(course.root, config), assignment, students, workers, entering=Rejudging):
            earlier = _earlier(course, assignment, result.student)
            yield _compared(result, earlier, marks.get(result.student, {}))


def _marks(course: Course, assignment: str) -> dict[str, dict[Cell, Any]]:
    """Return student -> cell -> what the gradebook has for it."""
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return cell_rows(gradebook, assignment)


def _earlier(course: Course, assignment: str, student: str) -> Result:
    """Return the result that a student's graded notebooks show."""
    folder = course.folder("autograded", assignment, student)
    paths = {name: folder / f"{name}.ipynb" for name in course.notebooks(assignment)}
    pages = {name: from_dict(json.loads(path.read_bytes())) for name, path in paths.items() if path.is_file()}
    return result_of(student, pages)


def _compared(result: Result, earlier: Result, marks: Mapping[Cell, Any]) -> Difference:
    now = {(cell.notebook, cell.grade_id): cell for cell in result.cells}
    checks_before, checks_now = _checks(earlier), _checks(result)
    changes: list[Change] = []
    by_hand = []
    for place, row in marks.items():
        points = now[place].points if place in now else 0 if result.problem else row.auto
        if (row.auto is None and points is None) or abs((points or 0) - (row.auto or 0)) < NOTICED:
            continue
        if row.by_hand is not None:
            by_hand.append(row.grade_id)
        else:
            old, new = checks_before.get(place, {}), checks_now.get(place, {})
            changes += _changes(place, row.auto or 0, points or 0, old, new)
    before = sum(row.score or 0 for row in marks.values())
    maximum = sum(row.maximum or 0 for row in marks.values())
    known = sum(now[place].possible if place in now else row.maximum or 0 for place, row in marks.items())
    after = before + sum(change.difference for change in changes)
    return Difference(result.student, before, after, maximum, known, changes, by_hand, result.problem)


def _checks(result: Result) -> dict[Cell, dict[str, tuple[float, str]]]:
    """Return cell -> name of a check -> points and what is wrong."""
    return {
        (cell.notebook, cell.grade_id): {one.name: (one.earned, one.message) for one in cell.verdicts}
        for cell in result.cells
    }


def _changes(
    place: Cell, before: float, after: float, old: Mapping[str, tuple[float, str]], new: Mapping[str, tuple[float, str]]
) -> Iterator[Change]:
    """Yield what changes in the checks of a cell; in the cell as a whole if its checks do not add up to its points."""
    nothing = 0.0, ""
    pairs = {name: (old.get(name, nothing), new.get(name, nothing)) for name in {**old, **new}}
    if abs(sum(one[0] for one in old.values()) - before) > NOTICED:
        yield Change(*place, "", before, after, "")
        return
    for name, ((earned_before, wrong_before), (earned_after, wrong_after)) in pairs.items():
        if abs(earned_after - earned_before) > NOTICED:
            yield Change(*place, name, earned_before, earned_after, wrong_after or wrong_before)
