"""Wording: how a verdict describes a student's value, in words from a small fixed list.

Student code that has read a hidden test can choose what it returns, and the student reads the verdict. So a verdict
quotes nothing of a student's value that could carry a text. It names sizes only if they agree with the expected ones,
counts as "some", "most" or "all", and classes and errors only if they are among the common ones below.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.values import Foreign

Array = npt.NDArray[Any]
KINDS = {"b": "booleans", "i": "whole numbers", "u": "whole numbers", "f": "floats", "c": "complex numbers"}
KINDS |= {"U": "text"}
CONTAINERS: dict[type, tuple[str, str]] = {
    list: ("list", "items"),
    dict: ("dict", "keys"),
    frozenset: ("set", "members"),
}
MOST_AXES = 4  # a verdict names the shape of arrays with at most so many axes
MOST_KEYS = 8  # a verdict names a wrong key in mappings with at most so many keys
# Classes of values that are not data, and that students return by mistake.
CLASSES = {"function", "method", "type", "generator", "map", "zip", "range", "dict"}
ERRORS = {
    *("ArithmeticError", "AssertionError", "AttributeError", "IndexError", "KeyError", "MemoryError", "NameError"),
    *("NotImplementedError", "OverflowError", "RecursionError", "RuntimeError", "TypeError", "UnboundLocalError"),
    *("ValueError", "ZeroDivisionError"),
}


def describe(value: Any) -> str:
    """Describe the kind and size of an expected value, without its content."""
    if isinstance(value, Foreign):
        return f"a {value}"
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a text"
    if type(value) in CONTAINERS:
        name, parts = CONTAINERS[type(value)]
        return f"a {name} of {len(value)} {parts}"
    array = np.asarray(value)
    content = kind_of(array)
    if array.shape == ():
        return {"b": "True or False", "f": "a float"}.get(array.dtype.kind, f"one of {content}")
    return f"an array of {content} of shape {array.shape}"


def describe_beside(got: Any, expected: Any) -> str:
    """Describe the kind of a student's value, and its size as far as that agrees with the size of `expected`."""
    if isinstance(got, Foreign):
        return _foreign(str(got))
    if type(got) in CONTAINERS:
        name, parts = CONTAINERS[type(got)]
        if type(got) is not type(expected):
            return f"a {name}"
        return f"an empty {name}" if not got else f"a {name} of {_compared(len(got), len(expected))} {parts}"
    if not isinstance(got, np.ndarray) or got.shape == ():
        return describe(got)
    wanted = np.asarray(None) if type(expected) in CONTAINERS else np.asarray(expected)
    same_kind = wanted.shape and kind_of(wanted) == kind_of(got)
    return f"an array of {kind_of(got)}" + (f" of {shape_beside(got, wanted)}" if same_kind else "")


def shape_beside(got: Array, expected: Array) -> str:
    """Describe the shape of a student's array, with "?" for each size that differs from the expected one."""
    if not got.size and expected.size:
        return "a shape without items"
    if got.ndim != expected.ndim:
        return f"a shape of {_compared(got.ndim, expected.ndim)} axes"
    if got.ndim > MOST_AXES:
        return "another shape"
    sizes = [str(size) if size == wanted else "?" for size, wanted in zip(got.shape, expected.shape, strict=True)]
    return f"shape ({', '.join(sizes)}{',' if got.ndim == 1 else ''})"


def amount(part: int, whole: int) -> str:
    """Describe which share of `whole` things `part` of them are."""
    return f"all {whole}" if part == whole else f"{'most' if part > whole / 2 else 'some'} of {whole}"


def position(index: int) -> str:
    """Describe where in a list something is wrong."""
    return "at the first position" if index == 0 else "at a later position"


def key_of(expected: dict[str, Any], key: str) -> str:
    """Describe at which key of an expected mapping something is wrong."""
    return f"at key {key!r}" if len(expected) <= MOST_KEYS else "at one of the keys"


def error_named(name: str) -> str:
    """Describe a raised error; its name is given only if it is a common one."""
    return f"raised {name}" if name in ERRORS else "raised an error"


def kind_of(array: Array) -> str:
    """Name what an array holds."""
    return KINDS.get(array.dtype.kind, "other things")


def _compared(got: int, expected: int) -> str:
    return str(got) if got == expected else "fewer" if got < expected else "more"


def _foreign(name: str) -> str:
    if name.startswith("array of "):
        return f"an array of {'objects' if name == 'array of object' else 'another kind'}"
    return f"a {name}" if name in CLASSES else "an object of another kind"
