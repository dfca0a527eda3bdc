"""Records travel as data and come back as they were; forged ones are refused."""

import json
from typing import Any

import numpy as np
import pytest

from autograder.records import MAX_DEPTH, Foreign, RecordError, decode, encode


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
        {"float": "1e999"},
        {"a": 1, "b": 2},
    ],
)
def test_a_forged_value_is_refused(forged: Any) -> None:
    with pytest.raises(RecordError):
        decode(forged)
