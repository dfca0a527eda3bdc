"""The judge gives points for what agrees with the reference, and for nothing else."""

from typing import Any

import nbformat.v4 as v4
import numpy as np
import pytest
from nbformat.notebooknode import NotebookNode

from autograder import accuracy, alike, between, distinct, one_of, unordered
from autograder.judge import Verdict, judge_cell
from autograder.records import MIME, VERSION, Rule, encode
from autograder.reference import collect
from autograder.rules import LabelSets

LABELS = LabelSets({"held-out": lambda: np.array([1, 1, 0, 1])})
EQUAL: Rule = {"kind": "equal", "rtol": 1e-5, "atol": 1e-8}


def recorded(name: str, value: Any, rule: Rule = EQUAL, weight: float = 1) -> NotebookNode:
    message = {
        "version": VERSION,
        "name": name,
        "value": encode(value),
        "rule": rule,
        "weight": weight,
        "hint": "h",
    }
    return v4.new_output("display_data", data={MIME: message})


def grade_cell(*outputs: NotebookNode, points: float = 6) -> NotebookNode:
    metadata = {"grade": True, "solution": False, "locked": True, "grade_id": "test", "points": points}
    return v4.new_code_cell("", outputs=list(outputs), metadata={"nbgrader": metadata})


def judge(reference: list[NotebookNode], student: list[NotebookNode]) -> list[Verdict]:
    expected = collect(v4.new_notebook(cells=[grade_cell(*reference)])).get("test", {})
    return judge_cell(grade_cell(*student), expected, LABELS)


def earned(reference: list[NotebookNode], student: list[NotebookNode]) -> float:
    return sum(verdict.earned for verdict in judge(reference, student))


def test_equal_records_earn_all_points() -> None:
    record = recorded("a", np.array([1.0, 2.0]))
    assert earned([record], [record]) == 6


def test_points_divide_by_weight() -> None:
    reference = [recorded("a", 1, weight=1), recorded("b", 2, weight=2)]
    assert earned(reference, [recorded("a", 0), recorded("b", 2)]) == 4


def test_no_record_earns_nothing() -> None:
    assert earned([recorded("a", 1)], []) == 0


def test_a_record_made_twice_earns_nothing() -> None:
    assert earned([recorded("a", 1)], [recorded("a", 1), recorded("a", 1)]) == 0


def test_rule_and_tolerance_are_the_references_own() -> None:
    generous = {"kind": "equal", "rtol": 1e9, "atol": 1e9}
    assert earned([recorded("a", 1.0)], [recorded("a", 2.0, rule=generous)]) == 0


def test_stderr_costs_nothing() -> None:
    record = recorded("a", 1)
    assert earned([record], [v4.new_output("stream", name="stderr", text="warning"), record]) == 6


@pytest.mark.parametrize(
    ("expected", "got", "message"),
    [
        (np.zeros((3, 1)), np.zeros(3), "got shape (3,), expected (3, 1)"),
        (np.zeros(2), np.zeros(2, int), "an array of whole numbers"),
        (np.ones(2), np.array([1, np.nan]), "1 of them are nan or infinite"),
        ([1, 2], [1], "a list of 1 items"),
        ({"a": 1}, {"b": 1}, "1 of 1 keys are wrong"),
        ("x", None, "got None, expected a text"),
    ],
)
def test_a_wrong_value_is_told_by_kind_shape_and_count(expected: Any, got: Any, message: str) -> None:
    (verdict,) = judge([recorded("a", expected)], [recorded("a", got)])
    assert message in verdict.message


@pytest.mark.parametrize(
    ("rule", "got", "points"),
    [
        (accuracy("held-out", at_least=0.75), np.array([1, 1, 1, 1]), 6),
        (accuracy("held-out", at_least=0.75), np.array([0, 0, 1, 1]), 0),
        (accuracy("held-out", at_least=0.75), np.array([1, 1, 1]), 0),
        (between(0, 0.5), 0.25, 6),
        (between(0, 0.5), float("nan"), 0),
        (between(0, 0.5), "small", 0),
        (one_of(["yes", "ja"]), "ja", 6),
        (one_of(["yes", "ja"]), "no", 0),
    ],
)
def test_other_rules(rule: Rule, got: Any, points: float) -> None:
    assert points == earned([recorded("a", "reference", rule=rule)], [recorded("a", got)])


PAIRS = np.array([[1, 10], [2, 20], [3, 30]])
NAN = float("nan")


@pytest.mark.parametrize(
    ("rule", "reference", "got", "points"),
    [
        (unordered(), PAIRS, PAIRS[::-1].astype(np.int32), 6),
        (unordered(), PAIRS, np.array([[1, 10], [2, 30], [3, 20]]), 0),
        (unordered(), PAIRS, np.array([[1, 10], [1, 10], [2, 20]]), 0),
        (unordered(), PAIRS, PAIRS[:2], 0),
        (unordered(), ["a", "b"], ["b", "a"], 6),
        (distinct(), [[1, 2], [2, 1]], [[2, 1], [1, 2]], 6),
        (distinct(), [[1, 2], [2, 1]], [[1, 2], [1, 2]], 0),
        (distinct(), [[1, 2], [2, 1]], [[1, 2], 3], 0),
        (alike(), [PAIRS, PAIRS], [PAIRS + 1, PAIRS + 1], 6),
        (alike(), [PAIRS, PAIRS], [PAIRS, PAIRS + 1], 0),
        (alike(), [PAIRS, PAIRS], [PAIRS], 0),
        (alike(), [1.0, 1.0], [NAN, NAN], 6),
        (alike(), [1.0, 1.0], [2.0, 2.001], 0),
        (alike(rtol=1e-2), [1.0, 1.0], [2.0, 2.001], 6),
    ],
)
def test_rules_on_items(rule: Rule, reference: Any, got: Any, points: float) -> None:
    assert points == earned([recorded("a", reference, rule=rule)], [recorded("a", got)])


@pytest.mark.parametrize(
    ("result", "points"),
    [("2.5", 2.5), ("np.float64(2.0)", 2), ("nan", 0), ("-5", 0), ("99", 6), ("'done'", 6), ("array(2.)", 2)],
)
def test_a_cell_without_records_follows_nbgraders_rule_mended(result: str, points: float) -> None:
    assert points == earned([], [v4.new_output("execute_result", data={"text/plain": result})])


def test_an_error_is_told_with_the_notes_on_it() -> None:
    told = [
        "---",
        "\x1b[31mKeyError\x1b[39m  Traceback",
        "Cell In[1]",
        "\x1b[31mKeyError\x1b[39m: 'train'",
        "hint: names",
    ]
    error = v4.new_output("error", ename="KeyError", evalue="'train'", traceback=told)
    (verdict,) = judge([recorded("x", 1)], [error])
    assert (verdict.earned, verdict.message) == (0, "KeyError: 'train'\nhint: names")
