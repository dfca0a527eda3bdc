"""Which changes of a test cell decide how it runs, and which do not."""

import pytest

from autograder.execution.normal_form import normal_form

CELL = """
def _test_double():
    with checks.exercise(1, "Double"):
        checks.equal(double(3), 6)
    from autograder import record
    {}
    record("a", lambda: double(1){})
    {}
_test_double()
"""
PLAIN = CELL.format("", "", "")


@pytest.mark.parametrize(
    ("before", "argument", "after"),
    [
        ("# a comment", "", ""),
        ("", ', hint="Try zero."', ""),
        ("", ",\n        rtol=1e-3,\n        atol=0,  # exact\n        weight=2,\n", ""),
        ('near = {"rtol": 1e-3}', ", **near, required=True", ""),
        ('near, far = {"rtol": 1e-3}, {"rtol": 1}', ", **near", ""),
        ("from autograder.records import alike", ", rule=alike()", ""),
        ('hint = "Try zero."', ", hint=hint", ""),
        ("limits = (1, 2)\n    from autograder import between\n    rule = between(*limits)", ", rule=rule", ""),
        ("", ', **{"weight": 2}', ""),
    ],
)
def test_what_answers_are_judged_by_decides_nothing(before: str, argument: str, after: str) -> None:
    assert normal_form(CELL.format(before, argument, after)) == normal_form(PLAIN)


@pytest.mark.parametrize(
    ("before", "argument", "after"),
    [
        ("", "", 'record("b", 1)'),
        ("import os", "", ""),
        ("global n\n    n = 5", "", ""),
        ("class A:\n        n = 5", "", ""),
        ("n = 5", "", "n += 1"),
        ("n = double(5)", "", ""),
        ('near = {"rtol": 1e-3}', ", **near", "print(near)"),
        ('near = {"rtol": 1e-3, "name": double(1)}', ", **near", ""),
        ("%time", "", ""),
    ],
)
def test_all_else_decides(before: str, argument: str, after: str) -> None:
    assert normal_form(CELL.format(before, argument, after)) != normal_form(PLAIN)


def test_what_is_bound_for_later_cells_decides() -> None:
    assert normal_form("n = 5") != normal_form("n = 6")
    assert normal_form("n = {}") != normal_form("")
    assert normal_form("if True:\n    n = 5") != normal_form("if True:\n    n = 6")
    assert normal_form("2 * 2;") != normal_form("2 * 2")
