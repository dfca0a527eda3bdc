"""Needs help: who has few points, what they fail more often than the others, and who stopped early."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from autograder.classroom.answers import PASSED, Check
from autograder.classroom.graded_class import Key, Paper
from autograder.classroom.marks import ClassMark

FEW_POINTS = 0.5  # who has a smaller share of the points needs help
MOST_SHARED = 5  # checks that are named
GAP = 0.2  # by so much their share of failures must be above that of the others


@dataclass(frozen=True)
class Shared:
    """A check that students with few points fail more often than the others."""

    cell: Key
    check: str
    failed_by_them: float  # share
    failed_by_others: float  # share


def share_of_points(mark: ClassMark) -> float | None:
    """Return the share that a student has of the points that are known; None if none are."""
    known = [exercise for exercise in mark.exercises if not exercise.is_open]
    maximum = sum(exercise.maximum for exercise in known)
    return sum(exercise.score for exercise in known) / maximum if maximum else None


def with_few_points(marks: Iterable[ClassMark]) -> list[tuple[ClassMark, float]]:
    """Return who has less than FEW_POINTS, with their share of the points, the lowest first."""
    shares = [(mark, share) for mark in marks if (share := share_of_points(mark)) is not None and share < FEW_POINTS]
    return sorted(shares, key=lambda pair: (pair[1], pair[0].student))


def what_they_share(students: Collection[str], checks: Sequence[Check]) -> list[Shared]:
    """Return the checks that at least half of these students fail, and clearly more of them than of the others."""
    shared = []
    for check in checks:
        theirs = [one.state != PASSED for one in check.outcomes if one.student in students]
        others = [one.state != PASSED for one in check.outcomes if one.student not in students]
        if not theirs or not others:
            continue
        one = Shared(check.cell, check.name, sum(theirs) / len(theirs), sum(others) / len(others))
        if one.failed_by_them >= 0.5 and one.failed_by_them - one.failed_by_others >= GAP:
            shared.append(one)
    return sorted(shared, key=lambda one: one.failed_by_others - one.failed_by_them)[:MOST_SHARED]


@dataclass(frozen=True)
class Stopped:
    """A student whose last exercises are as they were released."""

    student: str
    last: Key | None  # the last exercise with an answer, None if there is none
    untouched: int  # exercises after it


def who_stopped(papers: Iterable[Paper], exercises: Sequence[Key]) -> list[Stopped]:
    """Return who left the last exercises as they were released, the most exercises first."""
    stopped = []
    for paper in papers:
        started = [place for place, exercise in enumerate(exercises) if exercise in paper.touched]
        last = started[-1] if started else -1
        if untouched := len(exercises) - 1 - last:
            stopped.append(Stopped(paper.student, exercises[last] if started else None, untouched))
    return sorted(stopped, key=lambda one: (-one.untouched, one.student))
