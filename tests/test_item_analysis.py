"""The figures on exercises are those of independent formulas and libraries."""

import math

import numpy as np
import pytest

from autograder.classroom.item_analysis import (
    LEAST,
    analyse,
    cronbachs_alpha,
    item_rest_correlation,
    meaning_of_alpha,
    meaning_of_item_rest,
)

# Five students, three exercises. Totals 6, 5, 3, 2, 0; by hand: variances 1.3, 1.3, 1.2 and 5.7.
SMALL = np.array([[2.0, 3, 1], [2, 1, 2], [1, 2, 0], [2, 0, 0], [0, 0, 0]])


def random_class(students: int, exercises: int) -> np.ndarray:
    chance = np.random.default_rng(3)
    ability = chance.normal(size=(students, 1))
    return np.clip(np.round(5 + 2 * ability + chance.normal(size=(students, exercises)) * 3), 0, 10)


def test_alpha_of_a_small_matrix_is_the_one_computed_by_hand() -> None:
    variances = [0.8, 1.7, 0.8]  # of 2 2 1 2 0, of 3 1 2 0 0, of 1 2 0 0 0; of the totals 6 5 3 2 0: 5.7
    assert cronbachs_alpha(SMALL) == pytest.approx(3 / 2 * (1 - sum(variances) / 5.7))


def test_item_rest_correlation_is_numpys() -> None:
    points = random_class(200, 6)
    for column in range(6):
        rest = np.delete(points, column, axis=1).sum(axis=1)
        assert item_rest_correlation(points, column) == pytest.approx(np.corrcoef(points[:, column], rest)[0, 1])


def test_item_rest_correlation_is_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    points = random_class(60, 4)
    rest = points[:, 1:].sum(axis=1)
    assert item_rest_correlation(points, 0) == pytest.approx(stats.pearsonr(points[:, 0], rest).statistic)


def test_alpha_by_the_covariances_is_the_same() -> None:
    points = random_class(100, 5)
    covariances = np.cov(points, rowvar=False)
    off_diagonal = covariances.sum() - np.trace(covariances)
    assert cronbachs_alpha(points) == pytest.approx(5 / 4 * off_diagonal / covariances.sum())


def test_no_correlations_below_thirty_students() -> None:
    few, enough = (analyse(random_class(number, 3), [10] * 3) for number in (LEAST - 1, LEAST))
    assert few.item_rest == (None, None, None)
    assert few.alpha is None
    assert few.difficulty[0] is not None
    assert None not in (*enough.item_rest, enough.alpha)


def test_open_answers_are_left_out_and_nothing_is_guessed_for_them() -> None:
    points = random_class(100, 4)
    points[:60, 3] = np.nan  # mostly open: the exercise is left out
    points[:10, 0] = np.nan  # partly open: these students are left out
    items = analyse(points, [10] * 4)
    assert (items.students, items.left_out) == (90, (3,))
    complete = points[10:, :3]
    assert items.alpha == pytest.approx(cronbachs_alpha(complete))
    assert items.item_rest[1] == pytest.approx(item_rest_correlation(complete, 1))
    assert items.item_rest[3] is None
    assert items.difficulty[3] == pytest.approx(points[60:, 3].mean() / 10)
    assert items.difficulty[0] == pytest.approx(points[10:, 0].mean() / 10)


@pytest.mark.parametrize("points", [np.ones((40, 3)), np.ones((40, 1)), np.zeros((0, 3)), np.zeros((40, 0))])
def test_where_nothing_differs_there_is_no_figure(points: np.ndarray) -> None:
    items = analyse(points, [1.0] * points.shape[1])
    assert items.alpha is None
    assert set(items.item_rest) <= {None}


@pytest.mark.parametrize(
    ("value", "words"),
    [(-0.1, "look at it"), (0.19, "look at it"), (0.2, "usable"), (0.4, "good"), (0.7, "good"), (0.8, "very close")],
)
def test_a_correlation_has_a_meaning_in_words(value: float, words: str) -> None:
    assert meaning_of_item_rest(value).startswith(words)


def test_no_figure_has_no_meaning() -> None:
    assert meaning_of_item_rest(None) == meaning_of_alpha(None) == "not computed"
    assert not math.isnan(cronbachs_alpha(SMALL) or 0)
