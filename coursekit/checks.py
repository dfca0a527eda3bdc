"""Checks that teach: what came, what was expected, one hint, and where to reread.

    with checks.exercise(3, "Padding", read="06 Embedding and Mean, section 'Padding'"):
        checks.equal(pad([[5, 6], [7]]), [[5, 6], [7, 0]], hint="Zeros go to the right.")

A check that holds says nothing; one that fails raises `CheckFailed`, whose text is the whole message,
one item a line. Arrays may be NumPy's or JAX's. Outside `exercise` the checks work too, without the headline.
"""

from __future__ import annotations

import builtins
import copy
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np

from coursekit import sources
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

# By class of an error: a hint, or hints by what its text contains, of which the first that fits is taken.
Hints = Mapping[builtins.type[Exception], str | Mapping[str, str]]


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
def exercise(number: int, title: str, *, read: str = "", errors: Hints | None = None) -> Iterator[None]:
    """Name the exercise in every message of the checks inside; say so when all of them hold.

    A stub's bare `NotImplementedError` becomes `StillToDo`. Any other error of the student's code passes
    through with its own traceback and a note that names the exercise and what to reread; `errors` has hints
    for errors that answers to this exercise typically stop with, chosen by class or by class and text:

        errors={KeyError: "Use words.get.", TypeError: {"0-dimensional": "Use np.exp instead of math.exp."}}

    If the student's latest cell is no valid Python, a failure is told as that: the check saw an older version.
    """
    headline = f"Exercise {number} · {title}"
    names = sources.names_in(sys._getframe(2).f_code.co_filename)  # above this frame is contextlib's, then the test
    try:
        yield
    except Exception as error:
        if invalid := sources.invalid_cell(names):
            raise _of_exercise(_invalid(*invalid), headline, read) from None
        if isinstance(error, CheckFailed):
            error.items["check"] = clip(sources.checked_expression(_outside(error)))
            _of_exercise(error, headline, read)
            raise
        if isinstance(error, NotImplementedError) and not error.args:
            if name := sources.forgotten_raise(_outside(error)):
                raise _of_exercise(_forgotten(name), headline, read) from None
            raise StillToDo(f"Exercise {number} is still to do: {title}") from None
        items = {"hint": _hint_for(error, errors or {}) or _missing_name(error), "reread": read}
        lines = [f"{name}: {item}" for name, item in items.items() if item]
        error.add_note("\n".join([f"{headline}: your code stopped with this error", *lines]))
        raise
    print(f"✔ {headline}: the visible checks pass")
    if invalid := sources.invalid_cell(names):
        print(f"  with an older version of {invalid[0]}: its latest cell is no valid Python ({invalid[1].msg})")


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


def raises(
    error: builtins.type[Exception],
    function: Callable[[], object],
    *,
    naming: Sequence[str] = (),
    hint: str = "",
) -> None:
    """Check that calling `function` raises `error` or a subclass; its text has to contain the words of `naming`."""
    try:
        value = function()
    except Exception as other:
        if isinstance(other, NotImplementedError) and not other.args:  # a stub
            raise
        got = f"{type_name(other)}: {clip(str(other))}"
        if not isinstance(other, error):
            raise CheckFailed(got, error.__name__, hint=hint) from None
        if not all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", str(other)) for word in naming):
            raise CheckFailed(got, f"a text that names {' and '.join(naming)}", hint=hint) from None
        return
    raise CheckFailed(f"{short(value)}, and no error", error.__name__, hint=hint)


def runs(function: Callable[[], object], *, hint: str = "") -> None:
    """Check that calling `function` raises no error."""
    try:
        function()
    except NotImplementedError:
        raise
    except Exception as error:
        raise CheckFailed(f"{type_name(error)}: {clip(str(error))}", "no error", hint=hint) from None


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


def _of_exercise(failure: CheckFailed, headline: str, read: str) -> CheckFailed:
    failure.headline = headline
    failure.items["reread"] = read
    return failure


def _outside(error: Exception) -> TracebackType:
    """Return the traceback of an error from the frame of the test cell on."""
    trace = error.__traceback__
    while trace and trace.tb_next and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    assert trace is not None, "an error that was caught has a traceback"
    return trace


def _invalid(name: str, error: SyntaxError) -> CheckFailed:
    line = f"line {error.lineno} of the cell that defines {name}: {(error.text or '').strip()}"
    hint = "Correct that cell and run it again. Until then, the check sees an older version of it, or none."
    return CheckFailed(f"{type_name(error)}: {error.msg}", "valid Python", where=clip(line), hint=hint)


def _forgotten(name: str) -> CheckFailed:
    hint = "Your code still ends with raise NotImplementedError: delete that line."
    return CheckFailed("NotImplementedError", "no error", where=f"in {name}", hint=hint)


def _hint_for(error: Exception, hints: Hints) -> str:
    """Return the first hint that fits an error, "" if none does."""
    for kind, hint in hints.items():
        by_text = {"": hint} if isinstance(hint, str) else hint
        if isinstance(error, kind) and (fitting := [by_text[text] for text in by_text if text in str(error)]):
            return fitting[0]
    return ""


def _missing_name(error: Exception) -> str:
    """Return a hint on a name that is not defined, "" for any other error."""
    if not isinstance(error, NameError) or isinstance(error, UnboundLocalError):
        return ""
    test = _outside(error)
    if sources.innermost(test).tb_frame.f_code.co_filename == test.tb_frame.f_code.co_filename:
        return f"Run the cell above that defines {error.name}, then this one."
    return f"Check the spelling of {error.name}. If a cell above defines it, run that cell first."
