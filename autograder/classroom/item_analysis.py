"""Item analysis: how hard each exercise is, and whether it measures the same as the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
LEAST = 30  # students; correlations of fewer say little
LOW, GOOD, HIGH = 0.2, 0.4, 0.7  # bounds of item-rest correlations
ENOUGH_ALPHA = 0.7


@dataclass(frozen=True)
class Items:
    """Figures on the exercises of one assignment, in their order; None where a figure cannot be given."""

    students: int  # whose points in all exercises are known: the two figures below are computed over them
    difficulty: tuple[float | None, ...]  # mean share of the points; 1 means that everybody has all of them
    item_rest: tuple[float | None, ...]
    alpha: float | None
    left_out: tuple[int, ...]  # exercises of which most answers still wait for a person


def analyse(points: Matrix, maxima: Sequence[float]) -> Items:
    """Return the figures on a class's points.

    Args:
        points: shape (students, exercises); nan where the points are not known yet.
        maxima: the most points that each exercise gives.

    Returns:
        The figures. Correlations and alpha leave out exercises that are open for most students, and then students
        with an open exercise. They are None below LEAST students.
    """
    known = ~np.isnan(points)
    columns = [i for i in range(points.shape[1]) if 2 * known[:, i].sum() >= len(points) and len(points)]
    complete = points[:, columns][known[:, columns].all(axis=1)]
    item_rest: list[float | None] = [None] * points.shape[1]
    if len(complete) >= LEAST:
        for place, column in enumerate(columns):
            item_rest[column] = item_rest_correlation(complete, place)
    return Items(
        len(complete),
        tuple(difficulty(points[known[:, i], i], maximum) for i, maximum in enumerate(maxima)),
        tuple(item_rest),
        cronbachs_alpha(complete) if len(complete) >= LEAST else None,
        tuple(i for i in range(points.shape[1]) if i not in columns),
    )


def difficulty(points: Matrix, maximum: float) -> float | None:
    """Return the mean share of an exercise's points; None without points to earn or students."""
    return float(points.mean() / maximum) if len(points) and maximum else None


def item_rest_correlation(points: Matrix, column: int) -> float | None:
    """Return Pearson's correlation of an exercise's points with the sum of all other exercises' points.

    Args:
        points: shape (students, exercises).
        column: which exercise.

    Returns:
        The correlation; None if there is no other exercise, or all students have the same points in either.
    """
    item = points[:, column]
    rest = points.sum(axis=1) - item
    deviations = item - item.mean(), rest - rest.mean()
    norms = [float(np.sqrt((part**2).sum())) for part in deviations]
    if points.shape[1] < 2 or min(norms) < 1e-9:
        return None
    return float((deviations[0] * deviations[1]).sum() / (norms[0] * norms[1]))


def cronbachs_alpha(points: Matrix) -> float | None:
    """Return Cronbach's alpha: k / (k - 1) * (1 - sum of the exercises' variances / variance of the totals).

    None for fewer than two exercises or students, or if all totals are equal.
    """
    exercises = points.shape[1]
    if exercises < 2 or len(points) < 2:
        return None
    total = float(points.sum(axis=1).var(ddof=1))
    if total < 1e-12:
        return None
    return float(exercises / (exercises - 1) * (1 - points.var(axis=0, ddof=1).sum() / total))


def meaning_of_item_rest(value: float | None) -> str:
    """Return in plain words what an item-rest correlation says."""
    if value is None:
        return "not computed"
    if value < 0:
        return "look at it: students who do well elsewhere do worse here"
    if value < LOW:
        return "look at it: it hardly tells strong from weak students"
    if value < GOOD:
        return "usable"
    return "good" if value <= HIGH else "very close to the rest: it may test the same again"


def meaning_of_alpha(value: float | None) -> str:
    """Return in plain words what Cronbach's alpha says."""
    if value is None:
        return "not computed"
    if value < ENOUGH_ALPHA:
        return "the exercises measure rather different things, so a total says little about a single student"
    return "the exercises measure much the same, so a total orders students reliably"
