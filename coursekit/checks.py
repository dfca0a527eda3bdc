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
import reprlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

LONGEST = 200  # characters of a shown value; a message has to fit a screen
KINDS = {"b": "truth values", "i": "whole numbers", "f": "decimal numbers", "U": "text"}
Same = Callable[[Any, Any], Any]  # two arrays of one shape -> where they agree


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
def exercise(number: int, title: str, *, read: str = "") -> Iterator[None]:
    """Name the exercise in every message of the checks inside; say so when all of them hold.

    A stub's bare `NotImplementedError` becomes `StillToDo`. Any other error of the student's code passes
    through with its own traceback and a note that names the exercise and what to reread.
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
        error.add_note(f"{headline}: your code stopped with this error." + f" Reread: {read}" * bool(read))
        raise
    print(f"✔ {headline}: the visible checks pass")


def type(value: object, expected: builtins.type | tuple[builtins.type, ...], *, hint: str = "") -> None:
    """Check that `value` is of a type; JAX arrays count as `np.ndarray`, NumPy's numbers as Python's."""
    kinds = expected if isinstance(expected, tuple) else (expected,)
    if not any(_is_a(value, kind) for kind in kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise CheckFailed(_typed(value), f"type {names}", hint=hint)


def shape(value: object, expected: Sequence[int], *, hint: str = "") -> None:
    """Check the shape of an array."""
    type(value, np.ndarray, hint=hint)
    if (got := np.shape(np.asarray(value))) != tuple(expected):
        raise CheckFailed(f"shape {got}", f"shape {tuple(expected)}", hint=hint)


def dtype(value: object, expected: Any, *, hint: str = "") -> None:
    """Check what an array holds: `int`, `float` or `bool` of any width, or one exact NumPy dtype."""
    type(value, np.ndarray, hint=hint)
    got, wanted = np.asarray(value).dtype, np.dtype(expected)
    if expected in (bool, int, float) and _kind(got) != _kind(wanted):
        raise CheckFailed(f"dtype {got}", KINDS[_kind(wanted)], hint=hint)
    if expected not in (bool, int, float) and got != wanted:
        raise CheckFailed(f"dtype {got}", f"dtype {wanted}", hint=hint)


def equal(got: object, expected: object, *, hint: str = "") -> None:
    """Check that two values are the same: type, then dtype kind, then shape, then every value.

    A list may be expected where an array of numbers comes; an array expected is an array needed.
    """
    if found := _difference(got, expected, _same):
        raise CheckFailed(found.got, found.expected, where=found.where, hint=hint)


def close(got: object, expected: object, *, rtol: float = 1e-5, atol: float = 1e-6, hint: str = "") -> None:
    """Check as `equal` does, with numbers allowed to differ by `atol + rtol * |expected|`; nan equals nan."""

    def near(left: Any, right: Any) -> Any:
        if "U" in (left.dtype.kind, right.dtype.kind):
            return _same(left, right)
        return np.isclose(left, right, rtol=rtol, atol=atol, equal_nan=True)

    if found := _difference(got, expected, near):
        raise CheckFailed(found.got, found.expected, where=found.where, hint=hint)


def between(value: Any, low: float, high: float, *, hint: str = "") -> None:
    """Check that one number lies in low … high, both included."""
    if np.ndim(value) != 0 or not low <= float(value) <= high:
        raise CheckFailed(_short(value), f"a number from {low:g} to {high:g}", hint=hint)


def raises(error: builtins.type[Exception], function: Callable[[], object], *, hint: str = "") -> None:
    """Check that calling `function` raises `error`."""
    try:
        value = function()
    except error:
        return
    except NotImplementedError:
        raise
    except Exception as other:
        raise CheckFailed(f"{_type_name(other)}: {_clip(str(other))}", error.__name__, hint=hint) from None
    raise CheckFailed(f"{_short(value)}, and no error", error.__name__, hint=hint)


@contextmanager
def unchanged(*values: object, hint: str = "") -> Iterator[None]:
    """Check that the code inside leaves `values` as they were."""
    before = copy.deepcopy(values)
    yield
    for now, then in zip(values, before, strict=True):
        if found := _difference(now, then, _same):
            hint = hint or "Your code edited its input. Work on a copy, or build a new value."
            raise CheckFailed(
                f"input now {_short(now)}", f"input {_short(then)}", where=found.where, hint=hint
            )


def that(condition: object, *, got: object, expected: str, hint: str = "") -> None:
    """Check anything else; `got` is shown as a value unless it is already a sentence."""
    if not condition:
        raise CheckFailed(_clip(got) if isinstance(got, str) else _short(got), expected, hint=hint)


@dataclass(frozen=True)
class _Difference:
    """The first thing in which two values differ, as it is shown."""

    got: str
    expected: str
    where: str = ""


def _difference(got: Any, expected: Any, same: Same) -> _Difference | None:
    """Return how `got` differs from `expected`, or None."""
    if _is_array(expected) or _is_array(got):
        return _array_difference(got, expected, same)
    numbers = isinstance(expected, int | float) and isinstance(got, int | float)
    if numbers and isinstance(got, bool) == isinstance(expected, bool):
        return None if same(np.asarray(got), np.asarray(expected)) else _values(got, expected)
    if _type_name(got) != _type_name(expected):
        return _Difference(_typed(got), f"type {_type_name(expected)}: {_short(expected)}")
    if isinstance(expected, dict):
        if got.keys() != expected.keys():
            missing, extra = list(expected.keys() - got.keys()), list(got.keys() - expected.keys())
            parts = [
                f"{name} {_short(keys)}" for name, keys in (("missing", missing), ("extra", extra)) if keys
            ]
            return _values(got, expected, "; ".join(parts))
        return _first_of(
            got, expected, [key for key in expected if _difference(got[key], expected[key], same)]
        )
    if isinstance(expected, list | tuple):
        if len(got) != len(expected):
            return _Difference(
                f"length {len(got)}: {_short(got)}", f"length {len(expected)}: {_short(expected)}"
            )
        return _first_of(
            got, expected, [i for i in range(len(got)) if _difference(got[i], expected[i], same)]
        )
    return None if got == expected else _values(got, expected)


def _array_difference(got: Any, expected: Any, same: Same) -> _Difference | None:
    if isinstance(got, list | tuple | dict | str | None):
        return _Difference(_typed(got), f"an array: {_short(expected)}")
    left, right = np.asarray(got), np.asarray(expected)
    kinds = {_kind(left.dtype), _kind(right.dtype)}
    # One whole number may stand for a decimal one: 1 is as good an accuracy as 1.0.
    if len(kinds) > 1 and right.size and not (right.ndim == 0 and kinds == {"i", "f"}):
        return _Difference(f"{_holds(left)}: {_short(left)}", f"{_holds(right)}: {_short(right)}")
    if left.shape != right.shape:
        return _Difference(f"shape {left.shape}: {_short(left)}", f"shape {right.shape}: {_short(right)}")
    wrong = [tuple(place) for place in np.argwhere(~np.asarray(same(left, right), dtype=bool)).tolist()]
    return _first_of(left, right, wrong)


def _first_of(got: Any, expected: Any, wrong: list[Any]) -> _Difference | None:
    """Describe the first of the places where two containers of one size differ."""
    if not wrong:
        return None
    first, size = wrong[0], getattr(got, "size", None) or len(got)
    if first == ():
        return _values(got, expected)
    place = list(first) if isinstance(first, tuple) else [first]
    pair = f"{_short(got[first])} instead of {_short(expected[first])}"
    return _values(got, expected, f"{len(wrong)} of {size} values differ, the first at {place}: {pair}")


def _values(got: object, expected: object, where: str = "") -> _Difference:
    return _Difference(_short(got), _short(expected), where)


def _same(left: Any, right: Any) -> Any:
    """Compare value by value; nan equals nan."""
    return (left == right) | ((left != left) & (right != right))


def _is_array(value: object) -> bool:
    """Tell NumPy's and JAX's arrays, and NumPy's numbers, from everything else."""
    return hasattr(value, "dtype") and hasattr(value, "shape")


def _is_a(value: Any, kind: builtins.type) -> bool:
    if _is_array(value):
        number = value.shape == () and kind in (bool, int, float)
        return kind is np.ndarray or (number and _kind(value.dtype) == np.dtype(kind).kind)
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is int)


def _kind(dtype: Any) -> str:
    return str(dtype.kind).replace("u", "i")


def _holds(array: Any) -> str:
    return KINDS.get(_kind(array.dtype), str(array.dtype))


def _type_name(value: object) -> str:
    return builtins.type(value).__name__


def _typed(value: object) -> str:
    return f"{_short(value)}, of type {_type_name(value)}"


def _short(value: Any) -> str:
    """Show a value on one line of bounded length."""
    if _is_array(value) and value.shape == ():
        return f"{value:.8g}" if value.dtype.kind == "f" else repr(value.item())
    if _is_array(value):
        return _clip(
            np.array2string(np.asarray(value), threshold=30, edgeitems=3, precision=4, separator=", ")
        )
    shortener = reprlib.Repr()
    shortener.maxlist = shortener.maxtuple = shortener.maxdict = shortener.maxset = 8
    shortener.maxstring = shortener.maxother = 80
    return _clip(shortener.repr(value))


def _clip(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _checked_expression(trace: TracebackType | None) -> str:
    """Return the source of the first argument of the check that failed, for instance `pad([[5, 6], [7]])`."""
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    if not trace:
        return ""
    lines = linecache.getlines(trace.tb_frame.f_code.co_filename, trace.tb_frame.f_globals)
    try:
        calls = [
            node for node in ast.walk(ast.parse("".join(lines))) if isinstance(node, ast.Call) and node.args
        ]
    except SyntaxError:
        return ""
    # The outermost call on the line is the check itself; a walk meets it first.
    spans = (call for call in calls if call.lineno <= trace.tb_lineno <= (call.end_lineno or 0))
    check = next((call for call in spans if ast.unparse(call.func).startswith("checks.")), None)
    return _clip(ast.unparse(check.args[0])) if check else ""
