"""Values: what a record holds, encoded as JSON data and decoded again.

A value is encoded as
    null, true, 3, "text"                themselves; so are finite floats
    {"float": "nan" | "inf" | "-inf"}    floats that JSON lacks
    [ … ]                                a list or a tuple
    {"dict": {"key": …}}                 a mapping with text keys
    {"set": [ … ]}                       a set, sorted by its encoding
    {"array": {"dtype": "<f4", "shape": [2, 3], "data": "base64 of the bytes in C order"}}
    {"text_array": {"shape": [2], "data": ["a", "b"]}}    an array of text
    {"foreign": "TypeName"}              anything else, which no judge accepts

A value is never a pickle. It takes at most `MAX_BYTES`, has at most `MAX_PARTS` parts (an array of numbers counts as
few), and is nested at most `MAX_DEPTH` levels deep. An array of text takes at most `MAX_TEXT_BYTES` in memory.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.errors import AutograderError

MAX_BYTES = 4_000_000
MAX_PARTS = 200_000  # lists, mappings, numbers, texts
MAX_DEPTH = 16
MAX_TEXT_BYTES = 10 * MAX_BYTES  # NumPy gives each text of an array as much memory as the longest one needs
ARRAY_KINDS = "biufc"
_ARRAY_DTYPES = {np.dtype(code).newbyteorder("<").str for code in "?bBhHiIlLqQefdFD"}


class RecordError(AutograderError, ValueError):
    """A record that does not follow the format; the message says what is wrong."""


def count_parts(encoded: Any) -> int:
    """Return how many lists, mappings and single values JSON data consists of."""
    if isinstance(encoded, dict):
        return 1 + sum(map(count_parts, encoded.values()))
    return 1 + sum(map(count_parts, encoded)) if isinstance(encoded, list) else 1


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
