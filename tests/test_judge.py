"""The judge gives points for what agrees with the reference, and for nothing else."""

import builtins
import tracemalloc
from collections.abc import Iterable
from dataclasses import asdict
from itertools import product
from typing import Any

import nbformat.v4 as v4
import numpy as np
import pytest
from nbformat.notebooknode import NotebookNode

from autograder import accuracy, alike, between, distinct, one_of, unordered
from autograder.execution.outputs import error_output
from autograder.judging.judge import judge_cell
from autograder.judging.reference import collect
from autograder.judging.rules import LabelsError, LabelSets, objection
from autograder.judging.verdicts import Verdict, as_html
from autograder.records import MIME, VERSION, Rule
from autograder.values import encode

LABELS = LabelSets({"held-out": lambda: np.array([1, 1, 0, 1])})
ONE_WRONG, ALL_RIGHT = np.array([1, 1, 1, 1]), np.array([1, 1, 0, 1])
EQUAL: Rule = {"kind": "equal", "rtol": 1e-5, "atol": 1e-8}


def recorded(name: str, value: Any, rule: Rule = EQUAL, weight: float = 1, required: bool = False) -> NotebookNode:
    message = {
        "version": VERSION,
        "name": name,
        "value": encode(value),
        "rule": rule,
        "weight": weight,
        "required": required,
        "hint": "h",
    }
    return v4.new_output("display_data", data={MIME: message})


def forged(**parts: Any) -> NotebookNode:
    """Return a record that no `record` has made."""
    return v4.new_output("display_data", data={MIME: {"version": VERSION, "name": "a", **parts}})


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


def test_a_cell_earns_nothing_while_a_required_record_is_missing_or_wrong() -> None:
    reference = [recorded("needed", 1, weight=0, required=True), recorded("a", 2)]
    assert earned(reference, reference) == 6
    for student in ([recorded("needed", 7), recorded("a", 2)], [recorded("a", 2)]):
        (verdict,) = judge(reference, student)
        assert (verdict.name, verdict.earned, verdict.possible, verdict.hint) == ("needed", 0, 6, "h")


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
        (np.zeros((3, 1)), np.zeros(3), "got a shape of fewer axes, expected (3, 1)"),
        (np.zeros((2, 3)), np.zeros((2, 4)), "got shape (2, ?), expected (2, 3)"),
        (np.zeros(4), np.zeros(5), "got shape (?,), expected (4,)"),
        (np.zeros(4), np.array([0, 0, 0, 1.0]), "some of 4 values differ"),
        (np.zeros(4), np.array([0, 1, 1, 1.0]), "most of 4 values differ"),
        (np.zeros(4), np.ones(4), "all 4 values differ"),
        ([[1], [2]], [[1], [3]], "at a later position: at the first position: got a different number"),
        (np.zeros(2), np.zeros(2, int), "an array of whole numbers"),
        (np.ones(2), np.array([1, np.nan]), "there is nan or infinity in them"),
        ([1, 2], [1], "got a list of fewer items, expected a list of 2 items"),
        ({"a": 1}, {"b": 1}, "all 1 keys are wrong"),
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
    output = v4.new_output("error", ename="KeyError", evalue="'train'", traceback=told)
    (verdict,) = judge([recorded("x", 1)], [output])
    assert (verdict.earned, verdict.message) == (0, "KeyError: 'train'\nhint: names")


@pytest.mark.parametrize(
    ("message", "frames"),
    [("wrong shape " * 100, 1), ("wrong shape " * 10_000, 1), ("x", 500)],
    ids=["long", "very long", "many lines"],
)
def test_a_long_error_cuts_off_no_hint(message: str, frames: int) -> None:
    note = "Exercise 1: your code stopped with this error\nhint: MY-HINT\nreread: lecture 1"
    lines = [*["a frame"] * frames, f"ValueError: {message}", note]
    (verdict,) = judge([recorded("x", 1)], [error_output("ValueError", message, lines)])
    assert verdict.message.startswith("ValueError: " + message[:1])
    assert verdict.message.endswith(note)
    assert len(verdict.message) < 1200


def test_a_long_check_keeps_its_hint_and_notes_of_a_students_own_cut_off_no_other() -> None:
    failure = error_output("CheckFailed", "got: " + "x" * 5000 + "\nhint: MY-HINT", [])
    noted = error_output("E", "x", ["E: x", "note " * 5000, "hint: MY-HINT"])
    for output in (failure, noted):
        (verdict,) = judge([recorded("x", 1)], [output])
        assert verdict.message.endswith("hint: MY-HINT")
        assert len(verdict.message) < 3100


COMPLEX = [np.complex128(3), np.complex128(4 + 1j)]


@pytest.mark.parametrize(
    ("reference", "got", "points"),
    [
        ([3, 4], COMPLEX, 0),
        ([[3.0, 0.0]], [COMPLEX[0]], 0),
        (COMPLEX, COMPLEX[::-1], 6),
        (np.array(COMPLEX), np.array(COMPLEX[::-1]), 6),
    ],
)
def test_complex_numbers_are_compared_in_any_order(reference: Any, got: Any, points: float) -> None:
    assert points == earned([recorded("a", reference, rule=unordered())], [recorded("a", got)])


def test_a_value_that_cannot_be_compared_costs_its_own_record_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def surprised(expected: Any, got: Any, *others: Any) -> str | None:
        if got == 1:
            raise AttributeError("surprise")
        return objection(expected, got, *others)

    monkeypatch.setattr("autograder.judging.judge.objection", surprised)
    first, second = judge([recorded("a", 1), recorded("b", 2)], [recorded("a", 1), recorded("b", 2)])
    assert (first.earned, second.earned) == (0, 3)
    assert first.message == "the value cannot be compared with the expected one (AttributeError)"


def test_labels_that_cannot_be_loaded_are_no_students_fault() -> None:
    record = recorded("a", [1], rule=accuracy("unknown", at_least=0.5))
    with pytest.raises(LabelsError, match="unknown"):
        judge([record], [record])


@pytest.mark.parametrize(
    ("rule", "got", "message"),
    [
        (between(3.125, 3.25), 4.5, "got a number outside the accepted range"),
        (between(3.125, 3.25), NAN, "got a number outside the accepted range"),
        (between(3.125, 3.25), [3.2], "got a list, expected a single number"),
        (accuracy("held-out", at_least=0.625), [0, 0, 0, 1], "accuracy between 50 % and 55 %, which is not enough"),
        (accuracy("held-out", at_least=0.625), ["a", "b", "c", "d"], "got a list, expected classes"),
    ],
)
def test_a_message_does_not_tell_what_is_accepted(rule: Rule, got: Any, message: str) -> None:
    (verdict,) = judge([recorded("a", "reference", rule=rule)], [recorded("a", got)])
    assert message in verdict.message
    assert not any(number in verdict.message for number in ("3.125", "3.25", "62.5"))


@pytest.mark.parametrize("rule", [between(0, 1), accuracy("held-out", at_least=0.5)])
@pytest.mark.parametrize("long", ["x" * 500_000, np.array("x" * 500_000)], ids=["text", "array"])
def test_a_list_of_texts_is_not_made_an_array_as_wide_as_its_longest(rule: Rule, long: Any) -> None:
    texts = ["", "", "", long]
    if rule["kind"] == "between":
        texts = [""] * 99 + texts
    tracemalloc.start()
    try:
        assert objection("reference", texts, rule, LABELS)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("reference", "got", "message"),
    [
        (np.zeros(2), encode(np.zeros((0, 99, 97))), "got a shape without items, expected (2,)"),
        (np.zeros(2), encode(np.zeros((1,) * 9)), "got a shape of more axes, expected (2,)"),
        ([1], encode(np.zeros((0, 99, 97))), "got an array of floats, expected a list of 1 items"),
        ([1], encode(np.zeros((1,) * 9)), "got an array of floats, expected a list"),
        ([1], {"foreign": "the secret"}, "got an object of another kind, expected a list"),
        ([1], {"foreign": "int"}, "got an object of another kind, expected a list"),
        ([1], {"foreign": "generator"}, "got a generator, expected a list"),
        ([1], {"foreign": "array of object"}, "got an array of objects, expected a list"),
        ([1], {"foreign": "array of [('the secret', '<i8')]"}, "got an array of another kind, expected a list"),
        ([1], {"the secret": 1}, "the value is not encoded as the record format says"),
        ([1], {"array": {"dtype": "the secret", "shape": [1], "data": ""}}, "an array's dtype is not allowed"),
        ([1], {"array": "the secret"}, "broken array in a record"),
        ([1], {"array": {"dtype": "<f8"}}, "broken array in a record"),
    ],
)
def test_a_message_quotes_nothing_that_a_student_chose(reference: Any, got: Any, message: str) -> None:
    (verdict,) = judge([recorded("a", reference)], [forged(value=got)])
    assert message in verdict.message
    assert not any(quoted in verdict.message for quoted in ("secret", "99", "97"))


@pytest.mark.parametrize("reference", [["l", "i"], "x"])
@pytest.mark.parametrize("rule", [unordered(), distinct(), alike()])
def test_an_object_that_is_no_data_never_has_the_form_of_what_is_expected(rule: Rule, reference: Any) -> None:
    named = forged(value={"foreign": "text" if reference == "x" else "list of 2 items"})
    (verdict,) = judge([recorded("a", reference, rule=rule)], [named])
    assert verdict.message.startswith("got an object of another kind")


@pytest.mark.parametrize("rule", [unordered(), distinct()])
def test_shapes_that_are_not_told_differ_all_the_same(rule: Rule) -> None:
    reference, got = np.zeros((0, 3)), np.zeros((0, 5))
    assert earned([recorded("a", reference, rule=rule)], [recorded("a", got)]) == 0


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("ValueError: the secret", "raised ValueError"),
        ("ZeroDivisionError", "raised ZeroDivisionError"),
        ("TheSecret: 1", "raised an error"),
        ("BufferError: one of many names that could be chosen", "raised an error"),
        ("print: the secret", "raised an error"),
        (["the secret"], "raised an error"),
    ],
)
def test_a_student_is_told_the_kind_of_an_error_and_graders_all_of_it(raised: Any, told: str) -> None:
    (verdict,) = judge([recorded("a", 1)], [forged(error=raised)])
    assert (verdict.message, verdict.told) == (f"raised {raised}", told)


def test_a_student_is_told_other_messages_as_they_are() -> None:
    wrong, crashed = judge([recorded("a", 1)], [recorded("a", 2)]), judge([], [v4.new_output("error", ename="E")])
    assert [verdict.told for verdict in (*wrong, *crashed)] == ["", ""]


def told_of(expected: Any, values: Iterable[Any]) -> set[str]:
    """Return all that a student can be told of these values."""
    verdicts = [judge([recorded("a", expected)], [recorded("a", value)])[0] for value in values]
    return {verdict.told or verdict.message for verdict in verdicts}


@pytest.mark.parametrize("expected", [np.zeros((2, 3)), [1.5, 2.5, 3.5], {"a": 1, "b": [2]}, 1.5, "x"])
def test_a_verdict_is_one_of_few_sentences_whatever_a_student_returns(expected: Any) -> None:
    sizes = range(40)
    arrays = [np.zeros(shape, kind) for kind in (bool, int, float, complex) for shape in product(sizes, (2, 9), (3, 9))]
    arrays += [np.ones(shape) for size in sizes for shape in ((size,), (size, 3), (2, size))]
    arrays += [np.arange(6).reshape(2, 3) < size for size in sizes]
    arrays += [(np.arange(6.0).reshape(2, 3) < size) * 1.0 for size in sizes]
    lists: list[list[Any]] = [[wrong] * size for size in sizes for wrong in (0, "x", None, 1.5)]
    lists += [[1.5] * size + [0.0] * (3 - size) for size in range(3)]
    mappings = [dict.fromkeys(map(str, range(size)), size) for size in sizes] + [{"a": one, "b": 2} for one in sizes]
    others: list[Any] = [None, True, 7, 0.5, 1j, "y", {1}, set(), object(), print, int, map(int, "1"), {1: 2}, 10**30]
    assert len(told_of(expected, [*arrays, *lists, *mappings, *others])) <= 32


def test_the_errors_that_a_verdict_names_are_few() -> None:
    names = [name for name in vars(builtins) if name.endswith(("Error", "Exception", "Warning"))]
    verdicts = [judge([recorded("a", 1)], [forged(error=f"{name}: x")])[0] for name in [*names, "Secret"]]
    assert len({verdict.told for verdict in verdicts}) <= 16


def test_an_accuracy_is_told_in_steps_of_five_per_cent() -> None:
    labels = LabelSets({"many": lambda: np.ones(1000, int)})
    rule = accuracy("many", at_least=1.0)
    told = {objection(None, (np.arange(1000) < hits).astype(int), rule, labels) for hits in range(1000)}
    assert len(told) == 20
    assert "accuracy between 95 % and 100 %, which is not enough" in told


def test_an_accuracy_that_no_honest_model_reaches_earns_its_points_and_is_named_for_the_instructor() -> None:
    rule = accuracy("held-out", at_least=0.5, suspicious_from=0.9)
    (right,), (copied,) = (judge([recorded("a", 1, rule=rule)], [recorded("a", got)]) for got in (ONE_WRONG, ALL_RIGHT))
    assert (right.earned, right.remark) == (6, "")
    assert copied.passed
    assert "an accuracy of 90% or more is suspicious" in as_html([copied])


def test_a_table_of_verdicts_breaks_lines_between_message_and_hint_and_not_in_the_points() -> None:
    table = as_html([Verdict("a", 1, 3, "first\n<second>", "what to do")])
    assert "first<br>&lt;second&gt;<br>hint: what to do" in table
    assert "1\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}3" in table


def test_a_wrong_key_is_named_in_a_small_mapping_only() -> None:
    small, large = ({f"key {n}": n for n in range(size)} for size in (2, 9000))
    assert told_of(small, [small | {"key 1": 9}]) == {"at key 'key 1': got a different number"}
    assert told_of(large, [large | {f"key {n}": -1} for n in (1, 7)]) == {"at one of the keys: got a different number"}


def test_verdicts_are_read_back_those_of_old_notebooks_too() -> None:
    verdict = Verdict("a", 0, 1, "raised E: x", "h", "raised an error")
    assert Verdict(**asdict(verdict)) == verdict
    assert Verdict(name="a", earned=0, possible=1, message="m", hint="h").told == ""
