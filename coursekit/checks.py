"""Checks that teach: what came, what was expected, one hint, and where to reread.

    with checks.exercise(3, "Padding", read="06 Embedding and Mean, section 'Padding'"):
        checks.equal(pad([[5, 6], [7]]), [[5, 6], [7, 0]], hint="Zeros go to the right.")

A check that holds says nothing; one that fails raises `CheckFailed`, whose text is the whole message,
one item a line. Arrays may be NumPy's or JAX's. Outside `exercise` the checks work too, without the headline.
"""

from __future__ import annotations

import ast
import builtins
import copy
import linecache
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np

from coursekit.differences import (
    KINDS,
    clip,
    difference,
    is_array,
    kind_of,
    same_values,
    short,
    type_name,
    typed,
)


class _Quiet(Exception):  # noqa: N818 - not an error in the code, a message to the student
    """An exception that Jupyter shows as its text alone: the student's code did not crash."""

    def _render_traceback_(self) -> list[str]:
        return [f"{builtins.type(self).__name__}: {self}"]


class StillToDo(_Quiet):
    """The stub of an exercise has not been replaced yet."""


class CheckFailed(_Quiet, AssertionError):  # noqa: N818 - the name the student reads
    """A check did not hold; `str` gives the message, one item a line."""

    def __init__(self, got: str, expected: str, *, where: str = "", hint: str = "") -> None:
        """Take the lines of the message; `exercise` adds the others."""
        super().__init__(got, expected)
        self.headline = ""
        self.items = {
            "check": "",
            "got": got,
            "expected": expected,
            "where": where,
            "hint": hint,
            "reread": "",
        }

    def __str__(self) -> str:
        """Return the message, one item a line."""
        items = [f"{name}: {text}" for name, text in self.items.items() if text]
        return "\n".join([self.headline, *items] if self.headline else items)


@contextmanager
def exercise(
    number: int, title: str, *, read: str = "", errors: Mapping[builtins.type[Exception], str] | None = None
) -> Iterator[None]:
    """Name the exercise in every message of the checks inside; say so when all of them hold.

    A stub's bare `NotImplementedError` becomes `StillToDo`. Any other error of the student's code passes
    through with its own traceback and a note that names the exercise and what to reread; `errors` has a hint
    for each kind of error that answers to this exercise typically stop with.
    """
    headline = f"Exercise {number} · {title}"
    try:
        yield
    except CheckFailed as failure:
        failure.headline = headline
        failure.items["check"] = _checked_expression(failure.__traceback__)
        failure.items["reread"] = read
        raise
    except Exception as error:
        if isinstance(error, NotImplementedError) and not error.args:
            raise StillToDo(f"Exercise {number} is still to do") from None
        hint = next((hint for kind, hint in (errors or {}).items() if isinstance(error, kind)), "")
        items = {"hint": hint, "reread": read}
        told = [f"{name}: {item}" for name, item in items.items() if item]
        error.add_note("\n".join([f"{headline}: your code stopped with this error", *told]))
        raise
    print(f"✔ {headline}: the visible checks pass")


def type(value: object, expected: builtins.type | tuple[builtins.type, ...], *, hint: str = "") -> None:
    """Check that `value` is of a type; JAX arrays count as `np.ndarray`, NumPy's numbers as Python's."""
    kinds = expected if isinstance(expected, tuple) else (expected,)
    if not any(_is_a(value, kind) for kind in kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise CheckFailed(typed(value), f"type {names}", hint=hint)


def shape(value: object, expected: Sequence[int], *, hint: str = "") -> None:
    """Check the shape of an array."""
    type(value, np.ndarray, hint=hint)
    if (got := np.shape(np.asarray(value))) != tuple(expected):
        raise CheckFailed(f"shape {got}", f"shape {tuple(expected)}", hint=hint)


def dtype(value: object, expected: Any, *, hint: str = "") -> None:
    """Check what an array holds: `int`, `float` or `bool` of any width, or one exact NumPy dtype."""
    type(value, np.ndarray, hint=hint)
    got, wanted = np.asarray(value).dtype, np.dtype(expected)
    if expected in (bool, int, float) and kind_of(got) != kind_of(wanted):
        raise CheckFailed(f"dtype {got}", KINDS[kind_of(wanted)], hint=hint)
    if expected not in (bool, int, float) and got != wanted:
        raise CheckFailed(f"dtype {got}", f"dtype {wanted}", hint=hint)


def equal(got: object, expected: object, *, hint: str = "") -> None:
    """Check that two values are the same: type, then dtype kind, then shape, then every value.

    A list may be expected where an array of numbers comes; an array expected is an array needed.
    """
    if found := difference(got, expected, same_values):
        raise CheckFailed(found.got, found.expected, where=found.where, hint=hint)


def close(got: object, expected: object, *, rtol: float = 1e-5, atol: float = 1e-6, hint: str = "") -> None:
    """Check as `equal` does, with numbers allowed to differ by `atol + rtol * |expected|`; nan equals nan."""

    def near(left: Any, right: Any) -> Any:
        if "U" in (left.dtype.kind, right.dtype.kind):
            return same_values(left, right)
        return np.isclose(left, right, rtol=rtol, atol=atol, equal_nan=True)

    if found := difference(got, expected, near):
        raise CheckFailed(found.got, found.expected, where=found.where, hint=hint)


def between(value: Any, low: float, high: float, *, hint: str = "") -> None:
    """Check that one number lies in low … high, both included."""
    if np.ndim(value) != 0 or not low <= float(value) <= high:
        raise CheckFailed(short(value), f"a number from {low:g} to {high:g}", hint=hint)


def raises(error: builtins.type[Exception], function: Callable[[], object], *, hint: str = "") -> None:
    """Check that calling `function` raises `error`."""
    try:
        value = function()
    except error:
        return
    except NotImplementedError:
        raise
    except Exception as other:
        raise CheckFailed(f"{type_name(other)}: {clip(str(other))}", error.__name__, hint=hint) from None
    raise CheckFailed(f"{short(value)}, and no error", error.__name__, hint=hint)


@contextmanager
def unchanged(*values: object, hint: str = "") -> Iterator[None]:
    """Check that the code inside leaves `values` as they were."""
    before = copy.deepcopy(values)
    yield
    for now, then in zip(values, before, strict=True):
        if found := difference(now, then, same_values):
            hint = hint or "Your code edited its input. Work on a copy, or build a new value."
            raise CheckFailed(f"input now {short(now)}", f"input {short(then)}", where=found.where, hint=hint)


def that(condition: object, *, got: object, expected: str, hint: str = "") -> None:
    """Check anything else; `got` is shown as a value unless it is already a sentence."""
    if not condition:
        raise CheckFailed(clip(got) if isinstance(got, str) else short(got), expected, hint=hint)


def _is_a(value: Any, kind: builtins.type) -> bool:
    if is_array(value):
        number = value.shape == () and kind in (bool, int, float)
        return kind is np.ndarray or (number and kind_of(value.dtype) == np.dtype(kind).kind)
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is int)


def _checked_expression(trace: TracebackType | None) -> str:
    """Return the source of the first argument of the check that failed, for instance `pad([[5, 6], [7]])`."""
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    if trace is None:
        return ""
    lines = linecache.getlines(trace.tb_frame.f_code.co_filename)
    try:
        calls = [node for node in ast.walk(ast.parse("".join(lines))) if isinstance(node, ast.Call) and node.args]
    except SyntaxError:
        return ""
    # The outermost call on the line is the check itself; a walk meets it first.
    spans = (call for call in calls if call.lineno <= trace.tb_lineno <= (call.end_lineno or 0))
    check = next((call for call in spans if ast.unparse(call.func).startswith("checks.")), None)
    if check is None:
        return ""
    first = check.args[0]
    if ast.unparse(check.func) == "checks.raises":  # what is called tells more than the error it should raise
        first = check.args[1].body if isinstance(check.args[1], ast.Lambda) else check.args[1]
    return clip(ast.unparse(first))
