"""Records: what hidden tests hand to the judge, as data.

The record format, version 1
----------------------------
A record is one JSON object, published as a display output under the MIME type `MIME`:

    version   1
    name      the record's name, unique within its cell
    value     the encoded value (below), or
    error     "ExceptionName: message", when computing the value raised
    rule      how the judge compares: {"kind": "equal", "rtol": …, "atol": …},
              {"kind": "accuracy", "labels": …, "at_least": …, "suspicious_from": …},
              {"kind": "between", "low": …, "high": …}, {"kind": "one_of", "accepted": […]},
              {"kind": "unordered"}, {"kind": "distinct"} or {"kind": "alike", "rtol": …, "atol": …}
    weight    share of the cell's points, relative to the other records of the cell
    required  true: while this value is not accepted, the cell earns nothing; such a record has no weight
    hint      one sentence shown to a student whose value is not accepted

`rule`, `weight`, `required` and `hint` count only in the reference solution's record; in a student's they are ignored.

A value is encoded as
    null, true, 3, "text"                themselves; so are finite floats
    {"float": "nan" | "inf" | "-inf"}    floats that JSON lacks
    [ … ]                                a list or a tuple
    {"dict": {"key": …}}                 a mapping with text keys
    {"set": [ … ]}                       a set, sorted by its encoding
    {"array": {"dtype": "<f4", "shape": [2, 3], "data": "base64 of the bytes in C order"}}
    {"text_array": {"shape": [2], "data": ["a", "b"]}}    an array of text
    {"foreign": "TypeName"}              anything else, which no judge accepts

Values that can be made up
--------------------------
`between`, `distinct` and `alike` look at the student's value alone, so a constant of the right form satisfies them.
No rule can help: one that compares two records of the same student is satisfied by two constants. So have the test
decide what is random (it sets the weights, passes a seeded generator) and compare with `equal` where that is possible;
give the three rules at most a tenth of a cell's points, which `autograder verify` checks; and have a `required` record
of an exact value next to them.

Never a pickle, never larger than `MAX_BYTES`, never in more than `MAX_PARTS` parts (an array of numbers counts as few),
never nested deeper than `MAX_DEPTH`; an array of text is never wider than `MAX_TEXT_BYTES` in memory.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

MIME = "application/vnd.autograder.record+json"
VERSION = 1
MAX_BYTES = 4_000_000
MAX_PARTS = 200_000  # lists, mappings, numbers, texts
MAX_DEPTH = 16
MAX_TEXT_BYTES = 10 * MAX_BYTES  # NumPy gives each text of an array the room of the longest
ARRAY_KINDS = "biufc"
_ARRAY_DTYPES = {np.dtype(code).newbyteorder("<").str for code in "?bBhHiIlLqQefdFD"}

Rule = dict[str, Any]


class RecordError(ValueError):
    """A record that does not follow the format; the message says what is wrong."""


def accuracy(labels: str, at_least: float, suspicious_from: float | None = None) -> Rule:
    """Rule: predicted classes of shape (n,) agree with the label set `labels` in at least that share.

    `at_least` is a share from 0 to 1. An accuracy of `suspicious_from` or more, which no honest model of the exercise's
    size reaches, is accepted as well, but the verdict tells the instructor: public labels may stand in the answer.

    The labels are known to the judge alone, under the name that `Judge.labels` gives them.
    """
    return {"kind": "accuracy", "labels": labels, "at_least": at_least, "suspicious_from": suspicious_from}


def between(low: float, high: float) -> Rule:
    """Rule: a single number from `low` to `high`, both included."""
    return {"kind": "between", "low": low, "high": high}


def one_of(accepted: list[Any]) -> Rule:
    """Rule: equal to one of the `accepted` values."""
    return {"kind": "one_of", "accepted": [encode(value) for value in accepted]}


def unordered() -> Rule:
    """Rule: the same items as the reference's list (or rows of its array) in any order, exactly equal."""
    return {"kind": "unordered"}


def distinct() -> Rule:
    """Rule: a list of as many items as the reference's, each of the same kind and shape, no two of them equal."""
    return {"kind": "distinct"}


def alike(rtol: float = 1e-5, atol: float = 1e-8) -> Rule:
    """Rule: a list of as many items as the reference's, each of the same kind and shape, all equal to the first.

    Floats may differ by atol + rtol * |first|.
    """
    return {"kind": "alike", "rtol": rtol, "atol": atol}


def record(
    name: str,
    value: Any,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    weight: float = 1,
    required: bool = False,
    hint: str = "",
    rule: Rule | None = None,
) -> None:
    """Publish a value, which the judge compares with the value of the solution.

    Args:
        name: what is checked. Each name occurs once per notebook cell, and students read it in the feedback.
        value: the value, or a function without arguments that returns it. Pass student code as a function
            (`lambda: pad([])`): its error is then recorded, and costs this record alone instead of the whole cell.
        rtol: relative tolerance of floats: |got - expected| <= atol + rtol * |expected|.
        atol: absolute tolerance of floats.
        weight: the share of the cell's points, relative to the weights of the other records.
        required: whether the cell earns nothing if this value is wrong. Use it for what the visible checks look at.
            Such a record has no weight.
        hint: what the feedback says if the value is wrong.
        rule: how to compare; default: equal within the tolerances.

    Example:
        record("of 3, as checked above", lambda: double(3), required=True)
        record("of zero", lambda: double(0), weight=2, hint="Zero is a number, too.")
    """
    from IPython.display import display

    message: dict[str, Any] = {
        "version": VERSION,
        "name": name,
        "rule": rule or {"kind": "equal", "rtol": rtol, "atol": atol},
        "weight": 0 if required else weight,
        "required": required,
        "hint": hint,
    }
    message |= _outcome(value)
    display({MIME: message, "text/plain": f"recorded: {name}"}, raw=True)


def _outcome(value: Any) -> dict[str, Any]:
    """Return {"value": …} or, where computing it raised or it is too large, {"error": …}."""
    try:
        encoded = encode(value() if callable(value) else value)
        size, parts = len(json.dumps(encoded)), _parts(encoded)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    if size > MAX_BYTES:
        return {"error": f"TooLarge: the value takes {size:,} bytes, more than {MAX_BYTES:,}"}
    if parts > MAX_PARTS:
        return {"error": f"TooLarge: the value has {parts:,} parts, more than {MAX_PARTS:,}; an array has fewer"}
    return {"value": encoded}


def _parts(encoded: Any) -> int:
    """Return how many lists, mappings and single values JSON data is made of."""
    if isinstance(encoded, dict):
        return 1 + sum(map(_parts, encoded.values()))
    return 1 + sum(map(_parts, encoded)) if isinstance(encoded, list) else 1


def encode(value: Any, depth: int = 0) -> Any:
    """Encode `value` as JSON data, as the module's docstring describes."""
    if depth > MAX_DEPTH:
        raise RecordError(f"the value is nested deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, bool | int | str):
        return _plain(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": str(float(value))}
    if isinstance(value, list | tuple):
        return [encode(item, depth + 1) for item in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {"dict": {str(key): encode(item, depth + 1) for key, item in value.items()}}
    if isinstance(value, set | frozenset):
        return {"set": sorted((encode(item, depth + 1) for item in value), key=json.dumps)}
    if hasattr(value, "__array__"):
        return _encode_array(np.asarray(value))
    return {"foreign": type(value).__name__}


def _plain(value: bool | int | str | None) -> bool | int | str | None:
    """Return the value as its base type, so that subclasses (an IntEnum, say) encode like what they hold."""
    for base in (bool, int, str):
        if isinstance(value, base):
            return base(value)
    return None


def _encode_array(array: npt.NDArray[Any]) -> Any:
    if array.dtype.kind == "U":
        _check_room(array.size, array.dtype.itemsize // 4)
        return {"text_array": {"shape": list(array.shape), "data": array.ravel().tolist()}}
    # bfloat16 and friends, JAX's own types, report kind V: their numbers are exact as float32.
    if array.dtype.kind == "V" and array.dtype.names is None and array.dtype.itemsize <= 2:
        array = array.astype(np.float32)
    if array.dtype.kind not in ARRAY_KINDS:
        return {"foreign": f"array of {array.dtype}"}
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(little.tobytes()).decode("ascii")
    return {"array": {"dtype": little.dtype.str, "shape": list(array.shape), "data": data}}


def decode(encoded: Any, depth: int = 0) -> Any:
    """Decode a value; raise RecordError where it does not follow the format.

    The input may be forged: nothing is allocated before the sizes it claims agree with the bytes it brings.
    """
    if depth > MAX_DEPTH:
        raise RecordError(f"the value is nested deeper than {MAX_DEPTH} levels")
    if encoded is None or isinstance(encoded, bool | int | float | str):
        return encoded
    if isinstance(encoded, list):
        return [decode(item, depth + 1) for item in encoded]
    if not isinstance(encoded, dict) or len(encoded) != 1:
        raise RecordError("the value is not encoded as the record format says")
    kind, content = next(iter(encoded.items()))
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise RecordError("the value is not encoded as the record format says")
    try:
        return decoder(content, depth)
    except RecordError:
        raise
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError) as error:
        # Without the error's text, which may quote what the record holds.
        raise RecordError(f"broken {kind} in a record ({type(error).__name__})") from None


class Foreign(str):
    """The name of a type that is not data: equal to no expected value."""


def _decode_array(content: dict[str, Any], depth: int) -> npt.NDArray[Any]:
    if content["dtype"] not in _ARRAY_DTYPES:
        raise RecordError("an array's dtype is not allowed")
    dtype, shape = np.dtype(content["dtype"]), _shape(content["shape"])
    data = base64.b64decode(content["data"], validate=True)
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise RecordError("the array's bytes do not match its shape")
    return np.frombuffer(data, dtype).reshape(shape)


def _decode_text_array(content: dict[str, Any], depth: int) -> npt.NDArray[Any]:
    shape, data = _shape(content["shape"]), content["data"]
    if not isinstance(data, list) or len(data) != math.prod(shape) or not all(isinstance(item, str) for item in data):
        raise RecordError("the array's texts do not match its shape")
    _check_room(len(data), max(map(len, data), default=0))
    return np.array(data, dtype=np.str_).reshape(shape)


def _check_room(count: int, longest: int) -> None:
    """Raise RecordError where an array of `count` texts takes too much memory."""
    if count * longest * 4 > MAX_TEXT_BYTES:
        raise RecordError(f"an array of texts takes more than {MAX_TEXT_BYTES:,} bytes; a list takes fewer")


def _shape(sizes: Any) -> tuple[int, ...]:
    if not isinstance(sizes, list) or len(sizes) > 32 or any(type(size) is not int or size < 0 for size in sizes):
        raise RecordError("an array's shape is a list of whole numbers")
    return tuple(sizes)


def _decode_float(content: str, depth: int) -> float:
    if content not in ("nan", "inf", "-inf"):
        raise RecordError("a special float is nan, inf or -inf")
    return float(content)


def _decode_set(content: list[Any], depth: int) -> frozenset[Any]:
    # Members are kept encoded: nested lists could not be members of a set, and equality needs no more.
    return frozenset(json.dumps(item) for item in content)


_DECODERS: dict[str, Callable[[Any, int], Any]] = {
    "float": _decode_float,
    "array": _decode_array,
    "text_array": _decode_text_array,
    "set": _decode_set,
    "dict": lambda content, depth: {str(key): decode(item, depth + 1) for key, item in content.items()},
    "foreign": lambda content, depth: Foreign(str(content)[:100]),
}
