"""Finds the first difference between two values: first the type, then the kind of number, the shape, the values.

Arrays may be NumPy's or JAX's: anything with a shape and a dtype counts as an array.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LONGEST = 200  # characters of a displayed value, so that a message fits on a screen
KINDS = {"b": "truth values", "i": "whole numbers", "f": "decimal numbers", "U": "text"}
Same = Callable[[Any, Any], Any]  # takes two arrays of the same shape, and returns where they agree


@dataclass(frozen=True)
class Difference:
    """The first difference between two values, as text."""

    got: str
    expected: str
    where: str = ""


def difference(got: Any, expected: Any, same: Same) -> Difference | None:
    """Return the first difference between `got` and `expected`, or None.

    Args:
        got: the student's value.
        expected: the right value.
        same: compares two arrays of the same shape, value by value.
    """
    if is_array(expected) or is_array(got):
        return _array_difference(got, expected, same)
    numbers = isinstance(expected, int | float) and isinstance(got, int | float)
    if numbers and isinstance(got, bool) == isinstance(expected, bool):
        return None if same(np.asarray(got), np.asarray(expected)) else _values(got, expected)
    if isinstance(expected, dict) and isinstance(got, dict):
        return _dict_difference(got, expected, same)
    if type_name(got) != type_name(expected):
        return Difference(typed(got), f"type {type_name(expected)}: {short(expected)}")
    if not isinstance(expected, list | tuple):
        return None if got == expected else _values(got, expected)
    if len(got) != len(expected):
        return Difference(f"length {len(got)}: {short(got)}", f"length {len(expected)}: {short(expected)}")
    wrong = [i for i in range(len(got)) if difference(got[i], expected[i], same)]
    return _first_of(got, expected, wrong)


def _dict_difference(got: dict[Any, Any], expected: dict[Any, Any], same: Same) -> Difference | None:
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        named = [f"missing {short(missing)}" if missing else "", f"extra {short(extra)}" if extra else ""]
        return _values(got, expected, "; ".join(filter(None, named)))
    return _first_of(got, expected, [key for key in expected if difference(got[key], expected[key], same)])


def _array_difference(got: Any, expected: Any, same: Same) -> Difference | None:
    if isinstance(got, list | tuple | dict | str | None):
        return Difference(typed(got), f"an array: {short(expected)}")
    left, right = np.asarray(got), np.asarray(expected)
    kinds = {kind_of(left.dtype), kind_of(right.dtype)}
    # A single whole number may stand for a decimal one: an accuracy of 1 is as good as 1.0.
    if len(kinds) > 1 and right.size and not (right.ndim == 0 and kinds == {"i", "f"}):
        return Difference(f"{_holds(left)}: {short(left)}", f"{_holds(right)}: {short(right)}")
    if left.shape != right.shape:
        return Difference(f"shape {left.shape}: {short(left)}", f"shape {right.shape}: {short(right)}")
    wrong = [tuple(place) for place in np.argwhere(~np.asarray(same(left, right), dtype=bool)).tolist()]
    return _first_of(left, right, wrong)


def _first_of(got: Any, expected: Any, wrong: list[Any]) -> Difference | None:
    """Describe the first place where two containers of the same size differ."""
    if not wrong:
        return None
    first, size = wrong[0], getattr(got, "size", None) or len(got)
    if first == ():
        return _values(got, expected)
    place = list(first) if isinstance(first, tuple) else [first]
    one, other = short(got[first]), short(expected[first])
    if one == other:  # they differ only in later digits
        one, other = clip(str(got[first])), clip(str(expected[first]))
    pair = f"{one} instead of {other}"
    return _values(got, expected, f"{len(wrong)} of {size} values differ, the first at {place}: {pair}")


def _values(got: object, expected: object, where: str = "") -> Difference:
    return Difference(short(got), short(expected), where)


def same_values(left: Any, right: Any) -> Any:
    """Compare two arrays value by value. Two nan count as equal."""
    return (left == right) | ((left != left) & (right != right))


def is_array(value: object) -> bool:
    """Return whether a value is an array of NumPy or JAX, or a number of NumPy."""
    return hasattr(value, "dtype") and hasattr(value, "shape")


def kind_of(dtype: Any) -> str:
    """Return NumPy's letter for the kind of a dtype. Unsigned numbers get the letter of signed ones."""
    return str(dtype.kind).replace("u", "i")


def _holds(array: Any) -> str:
    return KINDS.get(kind_of(array.dtype), str(array.dtype))


def type_name(value: object) -> str:
    """Return the name of a value's type."""
    return str(type(value).__name__)


def typed(value: object) -> str:
    """Show a value and its type. For None, ask about a missing `return`, its most frequent cause."""
    if value is None:
        return "None: is a return missing?"
    return f"{short(value)}, of type {type_name(value)}"


def short(value: Any) -> str:
    """Show a value on one line of bounded length."""
    if is_array(value) and value.shape == ():
        return f"{value:.8g}" if value.dtype.kind == "f" else repr(value.item())
    if is_array(value):
        shown = np.array2string(np.asarray(value), threshold=30, edgeitems=3, precision=4, separator=", ")
        return clip(shown)
    shortener = reprlib.Repr()
    shortener.maxlist = shortener.maxtuple = shortener.maxdict = shortener.maxset = 8
    shortener.maxstring = shortener.maxother = 80
    return clip(shortener.repr(value))


def clip(text: str) -> str:
    """Put text on one line of at most `LONGEST` characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
