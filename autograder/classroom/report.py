"""Report: collects what an instructor wants to know about a graded assignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.cells import shortened
from autograder.classroom.answers import FAILED, NOT_REACHED, NOT_STARTED, PASSED, Check, Group, checks_of
from autograder.classroom.export import class_roster
from autograder.classroom.graded_class import Key, Paper, Template, problems_of, read_paper, read_template
from autograder.classroom.item_analysis import Matrix, analyse, meaning_of_item_rest
from autograder.classroom.late import LatePolicy
from autograder.classroom.marks import EXCUSED, MISSING, ClassMark, marks_of
from autograder.classroom.naming import Naming, Pseudonyms, secret_in
from autograder.classroom.needs_help import what_they_share, who_stopped, with_few_points
from autograder.classroom.report_rows import (
    CheckRow,
    Distribution,
    ExerciseRow,
    GroupRow,
    Line,
    PairRow,
    Report,
    SharedRow,
)
from autograder.classroom.similar import Pair, similar_pairs
from autograder.course import Course
from autograder.errors import UsageError
from autograder.gradebook import OneGradebook

FOLDER = Path("grading", "report")  # below the course folder
MOST_GROUPS = 5  # groups of equal wrong results that are shown per check
MOST_PAIRS = 20  # similar pairs that are shown
LONGEST_CODE = 1500  # letters of an example
LONGEST_MESSAGE = 500  # letters
BINS = 10  # of the distribution
UNREADABLE = "The graded notebook is not there or cannot be read: grade it again."


@dataclass(frozen=True)
class GradedClass:
    """A class's marks and graded work."""

    assignment: str
    marks: Sequence[ClassMark]
    papers: Mapping[str, Paper]  # student -> graded work
    problems: Mapping[str, str]  # student -> why something could not be graded
    waiting: Sequence[str]  # students whose submissions nobody has graded yet
    template: Template
    checks: Sequence[Check]
    naming: Naming
    several: bool  # whether the assignment has several notebooks

    @property
    def graded(self) -> list[ClassMark]:
        """The marks of students with graded work."""
        return [mark for mark in self.marks if mark.student in self.papers]

    def label(self, key: Key) -> str:
        """Return what a cell is called."""
        return "/".join(key) if self.several else key[1]

    def line(self, student: str, text: str) -> Line:
        """Return a line on a student; `text` may hold what students wrote."""
        return Line(self.naming.name(student), self.naming.text(text))


def read_class(course: Course, assignment: str, anonymous: bool = False) -> GradedClass:
    """Read a class's marks and graded work; nothing is executed.

    Args:
        course: the course.
        assignment: the assignment's name.
        anonymous: whether students get pseudonyms, and their names are removed from what they wrote.

    Raises:
        UsageError: there is no such assignment, or nobody's work has been graded.
    """
    course.check_assignment(assignment)
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        marks = marks_of(gradebook, assignment, LatePolicy(config=course.config), class_roster(course))
        if all(mark.final is None for mark in marks):
            raise UsageError(f"Nothing of {assignment} has been graded yet: run `autograder grade {assignment}` first.")
        problems = problems_of(gradebook, assignment)
        template = read_template(course, gradebook, assignment)
    naming = Pseudonyms(marks, secret_in(course.root / FOLDER)) if anonymous else Naming(marks)
    marks.sort(key=lambda mark: naming.id(mark.student))
    entered = [mark.student for mark in marks if mark.final is not None]
    read = {student: read_paper(course, assignment, student, template) for student in entered}
    papers = {student: paper for student, paper in read.items() if paper}
    problems = {student: UNREADABLE for student in entered if student not in papers} | problems
    waiting = sorted(set(course.students(assignment)) - set(entered), key=naming.id)
    checks = checks_of(list(papers.values()), template.cells)
    several = len(course.notebooks(assignment)) > 1
    return GradedClass(assignment, marks, papers, problems, waiting, template, checks, naming, several)


def report_on(graded: GradedClass, anonymous: bool = False) -> Report:
    """Return the report on a class."""
    states = {mark.student: mark.state for mark in graded.marks}
    missing = [s for s, state in states.items() if state == MISSING and s not in graded.waiting]
    excused = [s for s, state in states.items() if state == EXCUSED]
    late = [mark for mark in graded.marks if mark.days_late and mark.final is not None]
    is_open = [mark for mark in graded.graded if any(exercise.is_open for exercise in mark.exercises)]
    report = Report(graded.assignment, anonymous)
    report.counts = {
        "students": len(set(states) | set(graded.waiting)),
        "graded": len(graded.papers),
        "of these with answers that a person has still to read": len(is_open),
        "could not be graded": sum(student not in graded.papers for student in graded.problems),
        "handed in, not graded yet": len(graded.waiting),
        "nothing handed in": len(missing),
        "excused": len(excused),
        "late": len(late),
    }
    report.not_graded = [graded.line(student, why) for student, why in graded.problems.items()]
    report.not_yet = [graded.naming.name(student) for student in graded.waiting]
    report.missing = [graded.naming.name(student) for student in missing]
    report.excused = [graded.naming.name(student) for student in excused]
    report.late = [graded.line(mark.student, _lateness(mark)) for mark in late]
    report.distribution = _distribution(graded.graded)
    _add_exercises(report, graded)
    report.checks = [_check_row(graded, check) for check in graded.checks]
    _add_who_needs_help(report, graded)
    _add_remarks(report, graded)
    _add_pairs(report, graded)
    return report


def _lateness(mark: ClassMark) -> str:
    days = "1 day begun" if mark.days_late == 1 else f"{mark.days_late} days begun"
    return days + (f", loses {mark.penalty:g} points" if mark.penalty else "")


def _distribution(marks: Sequence[ClassMark]) -> Distribution | None:
    scores = np.array([mark.score for mark in marks])
    maximum = max((mark.maximum for mark in marks), default=0.0)
    if not len(scores) or not maximum:
        return None
    places = np.clip(np.floor(scores / maximum * BINS + 1e-9).astype(int), 0, BINS - 1)
    low, middle, high = np.percentile(scores, [25, 50, 75])
    return Distribution(
        len(scores),
        maximum,
        tuple(int(number) for number in np.bincount(places, minlength=BINS)),
        float(scores.mean()),
        float(scores.std(ddof=1)) if len(scores) > 1 else None,
        (float(low), float(middle), float(high)),
    )


def points_matrix(graded: GradedClass) -> tuple[Matrix, list[float]]:
    """Return the points of shape (students, graded cells), nan where they are not known yet, and each cell's most."""
    cells = graded.template.cells
    table = np.full((len(graded.graded), len(cells)), np.nan)
    maxima = [0.0] * len(cells)
    for row, mark in enumerate(graded.graded):
        by_name = {exercise.name: exercise for exercise in mark.exercises}
        for column, key in enumerate(cells):
            exercise = by_name.get("/".join(key)) or by_name.get(key[1])
            if exercise:
                maxima[column] = exercise.maximum
                table[row, column] = np.nan if exercise.is_open else exercise.score
    return table, maxima


def _add_exercises(report: Report, graded: GradedClass) -> None:
    points, maxima = points_matrix(graded)
    items = analyse(points, maxima)
    report.students_analysed, report.alpha = items.students, items.alpha
    report.left_out = [graded.label(graded.template.cells[place]) for place in items.left_out]
    is_open = np.isnan(points).sum(axis=0)
    report.exercises = [
        ExerciseRow(
            graded.label(key),
            graded.template.titles.get(key) or None,
            maxima[place],
            items.difficulty[place],
            items.item_rest[place],
            meaning_of_item_rest(items.item_rest[place]),
            int(is_open[place]),
        )
        for place, key in enumerate(graded.template.cells)
    ]


def _check_row(graded: GradedClass, check: Check) -> CheckRow:
    groups = check.groups
    rest = groups[MOST_GROUPS:]
    return CheckRow(
        graded.label(check.cell),
        check.name,
        check.share_passed,
        check.number(PASSED),
        check.number(FAILED),
        check.number(NOT_REACHED),
        check.number(NOT_STARTED),
        check.is_suspect,
        tuple(_group_row(graded, check, group) for group in groups[:MOST_GROUPS]),
        len(rest),
        sum(len(group.students) for group in rest),
    )


def _group_row(graded: GradedClass, check: Check, group: Group) -> GroupRow:
    """Return a group with its shortest code as the example: it has least beside the mistake."""
    codes = {student: graded.papers[student].code.get(check.exercise) for student in group.students}
    student = min(group.students, key=lambda one: len(codes[one] or " " * LONGEST_CODE))
    message, code = (graded.naming.text(text) for text in (group.message, codes[student] or ""))
    return GroupRow(
        shortened(message, LONGEST_MESSAGE),
        group.hint,
        len(group.students),
        graded.naming.name(student),
        shortened(code, LONGEST_CODE) or None,
    )


def _add_who_needs_help(report: Report, graded: GradedClass) -> None:
    few = with_few_points(graded.graded)
    report.need_help = [graded.line(mark.student, f"{share:.0%} of the points") for mark, share in few]
    report.shared = [
        SharedRow(graded.label(one.cell), one.check, one.failed_by_them, one.failed_by_others)
        for one in what_they_share({mark.student for mark, _ in few}, graded.checks)
    ]
    for one in who_stopped(graded.papers.values(), graded.template.exercises):
        exercises = "the last exercise is" if one.untouched == 1 else f"the last {one.untouched} exercises are"
        last = f"last answer: {graded.label(one.last)}; {exercises}" if one.last else "everything is"
        report.stopped.append(graded.line(one.student, f"{last} as released"))


def _add_remarks(report: Report, graded: GradedClass) -> None:
    for student, paper in graded.papers.items():
        suspicions = [
            f"{graded.label((cell.notebook, cell.grade_id))}, {verdict.name}: {verdict.remark}"
            for cell in paper.result.cells
            for verdict in cell.verdicts
            if verdict.remark
        ]
        report.suspicious += [graded.line(student, text) for text in suspicions]
        seen = {f"{cell.grade_id}: {one.remark}" for cell in paper.result.cells for one in cell.verdicts if one.remark}
        report.cut_short += [graded.line(student, text) for text in paper.result.remarks if text not in seen]


def _add_pairs(report: Report, graded: GradedClass) -> None:
    pairs = similar_pairs(list(graded.papers.values()), graded.template.exercises, graded.template.code)
    report.number_of_pairs = len(pairs)
    report.pairs = [_pair_row(graded, pair) for pair in pairs[:MOST_PAIRS]]


def _pair_row(graded: GradedClass, pair: Pair) -> PairRow:
    one, other = sorted(zip(pair.students, pair.code, strict=True), key=lambda both: graded.naming.id(both[0]))
    names = graded.naming.name(one[0]), graded.naming.name(other[0])
    first, second = (shortened(graded.naming.text(code), LONGEST_CODE) for code in (one[1], other[1]))
    return PairRow(graded.label(pair.exercise), names, pair.share, (first, second))
