"""Records travel as data and come back as they were; forged ones are refused."""

import ast
import gc
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import nbformat
import nbformat.v4 as v4
import numpy as np
import pytest
from conftest import ROOT
from nbgrader import utils

from autograder.execution.outputs import output_of_message
from autograder.execution.withhold import without_rules
from autograder.records import MIME, VERSION, _outcome, records_by_name
from autograder.values import MAX_BYTES, MAX_DEPTH, MAX_PARTS, Foreign, RecordError, decode, encode


def through_json(value: Any) -> Any:
    return decode(json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize("value", [None, True, 3, "text", 2.5, float("inf"), [1, [2.0, "x"]], {"a": [1]}])
def test_plain_data_comes_back_equal(value: Any) -> None:
    assert value == through_json(value)


@pytest.mark.parametrize("dtype", ["bool", "int32", "uint8", "float32", "float64", "complex64", "<U1"])
def test_an_array_keeps_its_dtype_shape_and_values(dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    back = through_json(array)
    assert array.dtype == back.dtype
    np.testing.assert_array_equal(array, back)


def test_an_object_that_is_not_data_is_named_and_not_pickled() -> None:
    assert Foreign("object") == through_json(object())


def test_nesting_is_bounded() -> None:
    value: list[Any] = []
    for _ in range(MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(RecordError, match="nested"):
        encode(value)


@pytest.mark.parametrize(
    "forged",
    [
        {"array": {"dtype": "<f8", "shape": [10**9], "data": "AAAA"}},
        {"array": {"dtype": "|O", "shape": [1], "data": "AAAAAAAAAAA="}},
        {"array": {"dtype": "<f4", "shape": [-1], "data": "AAAA"}},
        {"array": {"dtype": ["<f4"], "shape": [1], "data": "AAAAAA=="}},
        {"array": 3},
        {"pickle": "gASV"},
        {"dict": 3},
        {"dict": [1]},
        {"set": 3},
        {"text_array": {"shape": [1], "data": {"a": 1}}},
        {"float": "1e999"},
        {"a": 1, "b": 2},
        {"text_array": {"shape": [1000], "data": [""] * 999 + ["x" * 500_000]}},
    ],
)
def test_a_forged_value_is_refused(forged: Any) -> None:
    with pytest.raises(RecordError):
        decode(forged)


def sent(**parts: Any) -> dict[str, Any]:
    """Return the content of the message that brings a record."""
    return {"data": {MIME: {"version": VERSION, "name": "a", **parts}}, "metadata": {}}


def received(*contents: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    outputs = [output for content in contents if (output := output_of_message("display_data", content))]
    return records_by_name(v4.new_code_cell("", outputs=outputs))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([0] * (MAX_PARTS - 1), id="most parts"),
        pytest.param("x" * (MAX_BYTES - 2), id="most letters"),
        pytest.param("\ud800", id="half a letter"),
        float("inf"),
    ],
)
def test_the_largest_record_arrives(value: Any) -> None:
    outcome = _outcome(value)
    (item,) = received(sent(**outcome))["a"]
    assert "value" in outcome
    assert item["value"] == ("?" if value == "\ud800" else outcome["value"])


def test_a_record_in_more_parts_than_are_allowed_is_an_error() -> None:
    assert "TooLarge" in _outcome([0] * MAX_PARTS)["error"]


def test_an_array_of_texts_too_wide_for_the_judge_is_an_error() -> None:
    texts = np.array([""] * 999 + ["x" * 20_000])
    assert "RecordError" in _outcome(texts)["error"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([{}] * 2 * MAX_PARTS, id="many"),
        pytest.param([[{}] * 1000] * 1000, id="many in many"),
        pytest.param("x" * 2 * MAX_BYTES, id="long"),
        pytest.param(["x" * 1000] * 8000, id="many long"),
        pytest.param({"x" * 2 * MAX_BYTES: 1}, id="long key"),
    ],
)
def test_a_record_larger_than_any_is_not_kept(value: Any) -> None:
    assert not received(sent(value=value))


def test_what_brings_a_record_is_a_valid_output() -> None:
    output = output_of_message("display_data", sent(value=[1, {"dict": {}}]))
    nbformat.validate(v4.new_notebook(cells=[v4.new_code_cell("", outputs=[output])]))


def test_a_record_is_kept_as_text_whatever_its_parts_would_take() -> None:
    output = output_of_message("display_data", sent(value=[{}] * 100_000))
    assert output is not None
    assert sys.getsizeof(output.data[MIME]) < 500_000


def test_of_a_record_made_twice_the_first_value_is_kept_alone() -> None:
    first, second = received(sent(value=1), sent(value=[2] * 1000))["a"]
    assert first["value"] == 1
    assert "value" not in second


CALL = """record(
    "a",  # what it is called
    lambda: f(1),
    rule=between(
        46,  # at least
        48,
    ),  # from 46 to 48
    weight=2,
    hint="one "
    "two",
)
print("after")
"""
BARE = """record(
    "a",  # what it is called
    lambda: f(1),
{indented}



{indented}
{indented}

)
print("after")
""".format(indented="    ")


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        (CALL, BARE),
        ('record("a", 1, rule=between(1, 2))', 'record("a", 1, )'),
        ('autograder.record(rule=between(1, 2), name="a", value=1)', 'autograder.record( name="a", value=1)'),
        ('record("ä€😀", "ö", hint="ü", rtol=1)  # ß', 'record("ä€😀", "ö",  rtol=1)  # ß'),
        ('record("a", (1), hint=("x"), **near)', 'record("a", (1),  **near)'),
        ('record("a", lambda: g(record("b", 1, hint="x")), hint=f(record("c", hint="y")))', None),
        ('record("a", 1, hint="""x\ny""")', 'record("a", 1, \n)'),
        ('record("a", 1, hint="x" , rtol=1)', 'record("a", 1,  rtol=1)'),
        ('checks.equal(1, 2, hint="x"); weight = 2', 'checks.equal(1, 2, hint="x"); weight = 2'),
        ('record("a", 1, hint="x"  # a, b\n)', 'record("a", 1, \n)'),
        ('record("a", 1, hint="x"  # a, b\n  # c\n, rtol=1)', 'record("a", 1, \n\n rtol=1)'),
        ('if True:\n    %time f()\nrecord("a", 1, weight=2)', 'if True:\n    %time f()\nrecord("a", 1, )'),
        ('!ls\r\nrecord("a", 1,\r\n  hint="x",\r\n)\r\n', '!ls\r\nrecord("a", 1,\r\n  \r\n)\r\n'),
        ('record("a", 1, hint="\u2028\x0c",\nweight=1)', 'record("a", 1, \n)'),
        ('record("a", 1, hint=f"{1}" f"ä", rtol=1)', 'record("a", 1,  rtol=1)'),
        ("f\"{record('a', hint='ä')}\"", "f\"{record('a', hint='ä')}\""),
        ('record("a", hint=', 'record("a", hint='),
        ("\ud800", "\ud800"),
        ("\0", "\0"),
    ],
)
def test_what_counts_in_the_reference_alone_is_cut_out_of_a_cell(source: str, bare: str | None) -> None:
    if bare is None:
        bare = 'record("a", lambda: g(record("b", 1, )), )'
    assert without_rules(source) == bare


def test_several_threads_may_cut_at_a_time() -> None:
    source = 'record("x", lambda: [f(a)[0] for a in b if a == 1], rule=between(0, 1), hint="h")\n' * 40

    def give_way(*_: object) -> None:
        time.sleep(0)

    gc.callbacks.append(give_way)  # another thread goes on in the midst of a syntax tree
    try:
        with ThreadPoolExecutor(4) as pool:
            cut = list(pool.map(without_rules, [f"{source}# {number}" for number in range(100)]))
    finally:
        gc.callbacks.remove(give_way)
    assert not [text for text in cut if "rule" in text]


def solution_tests() -> list[Any]:
    paths = sorted((ROOT / "solutions").glob("*/*.ipynb"))
    cells = [(path, cell) for path in paths for cell in nbformat.read(path, as_version=4).cells if utils.is_grade(cell)]
    return [
        pytest.param(cell.source, id=f"{path.stem}-{cell.metadata.nbgrader.grade_id}")
        for path, cell in cells
        if cell.cell_type == "code" and not utils.is_solution(cell)
    ]


@pytest.mark.parametrize("source", solution_tests())
def test_no_hidden_test_of_the_course_tells_its_rules_to_a_kernel(source: str) -> None:
    bare = without_rules(source)
    hidden = re.findall(r"BEGIN HIDDEN TESTS(.*?)END HIDDEN TESTS", bare, flags=re.DOTALL)
    assert any("record(" in region for region in hidden)
    assert not re.search(r"between\(|one_of\(|alike\(|accuracy\(|rule=|hint=|weight=", "".join(hidden))
    before, after = ast.parse(source).body, ast.parse(bare).body
    assert [statement.lineno for statement in before] == [statement.lineno for statement in after]
    compile(source, "cell", "exec")
    compile(bare, "cell", "exec")
