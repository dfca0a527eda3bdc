"""Checks that teach: what came, what was expected, one hint, and what to reread.

    with checks.exercise(3, "Padding", read="lecture 6, 'Padding and the masked mean'"):
        checks.equal(pad([[5, 6], [7]]), [[5, 6], [7, 0]], hint="Zeros go to the right.")

A check that passes prints nothing. A check that fails raises `CheckFailed`, whose text is the whole message.
Arrays may be NumPy's or JAX's. The checks also work outside `exercise`, but then without the headline.
"""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np

from coursekit import messages, sources
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
from coursekit.messages import CheckFailed as CheckFailed  # notebooks and tests take them from here
from coursekit.messages import Hints
from coursekit.messages import StillToDo as StillToDo
from coursekit.standings import Noted
from coursekit.standings import progress as progress  # notebooks call checks.progress()


@contextmanager
def exercise(number: int, title: str, *, read: str = "", errors: Hints | None = None) -> Iterator[None]:
    """Name the exercise in every message of the checks inside, and print ✔ if all of them pass.

    A stub's bare `NotImplementedError` becomes `StillToDo`. Any other error of the student's code keeps its
    traceback and gets a note, which names the exercise, a hint and what to reread. If the student's latest cell
    is not valid Python, the message says so, because the check then saw an older version of it.

    Args:
        number: the number of the exercise.
        title: its title.
        read: the lecture and the section that explain it.
        errors: hints for errors that answers often stop with, by class, or by class and a part of the text.

    Raises:
        CheckFailed: a check inside failed.
        StillToDo: the stub has not been replaced.

    Example:
        errors = {KeyError: "Use words.get.", TypeError: {"0-dimensional": "Use np.exp instead of math.exp."}}
        with checks.exercise(3, "Padding", read="lecture 6, 'Padding and the masked mean'", errors=errors):
            checks.equal(pad([[5], []]), [[5], [0]])
    """
    headline = f"Exercise {number} · {title}"
    names = sources.names_in(sys._getframe(2).f_code.co_filename)  # frame 1 is contextlib's, frame 2 the test cell's
    with Noted(f"{number} · {title}"):
        try:
            yield
        except Exception as error:
            if invalid := sources.invalid_cell(names):
                raise messages.invalid_code(*invalid).in_exercise(headline, read) from None
            if isinstance(error, CheckFailed):
                error.items["check"] = clip(sources.checked_expression(_from_test_cell(error)))
                error.in_exercise(headline, read)
                raise
            if isinstance(error, NotImplementedError) and not error.args:
                if name := sources.forgotten_raise(_from_test_cell(error)):
                    raise messages.forgotten_raise(name).in_exercise(headline, read) from None
                raise StillToDo(f"Exercise {number} is still to do: {title}") from None
            items = {"hint": messages.hint_for(error, errors or {}, _from_test_cell(error)), "reread": read}
            lines = [f"{name}: {item}" for name, item in items.items() if item]
            error.add_note("\n".join([f"{headline}: your code stopped with this error", *lines]))
            raise
    print(f"✔ {headline}: the visible checks pass")
    if invalid := sources.invalid_cell(names):
        print(f"  with an older version of {invalid[0]}: its latest cell is not valid Python ({invalid[1].msg})")


def is_a(value: object, expected: type | tuple[type, ...], *, hint: str = "") -> None:
    """Check the type of a value.

    JAX arrays count as `np.ndarray`, and NumPy's numbers count as Python's.

    Raises:
        CheckFailed: the value is of none of the expected types.

    Example:
        checks.is_a(X, np.ndarray, hint="Return one array for all tweets.")
    """
    kinds = expected if isinstance(expected, tuple) else (expected,)
    if not any(_is_of_type(value, kind) for kind in kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise CheckFailed(typed(value), f"type {names}", hint=hint)


def shape(value: object, expected: Sequence[int], *, hint: str = "") -> None:
    """Check that a value is an array of the expected shape.

    Raises:
        CheckFailed: it is not an array, or has another shape.

    Example:
        checks.shape(X, (2, 3), hint="One row per tweet.")
    """
    is_a(value, np.ndarray, hint=hint)
    if (got := np.shape(np.asarray(value))) != tuple(expected):
        raise CheckFailed(f"shape {got}", f"shape {tuple(expected)}", hint=hint)


def dtype(value: object, expected: Any, *, hint: str = "") -> None:
    """Check which kind of numbers an array holds.

    `int`, `float` and `bool` stand for any width. A NumPy dtype, such as `np.float32`, stands for itself alone.

    Raises:
        CheckFailed: it is not an array, or holds another kind.

    Example:
        checks.dtype(X, int, hint="Ids are whole numbers.")
    """
    is_a(value, np.ndarray, hint=hint)
    got, wanted = np.asarray(value).dtype, np.dtype(expected)
    if expected in (bool, int, float) and kind_of(got) != kind_of(wanted):
        raise CheckFailed(f"dtype {got}", KINDS[kind_of(wanted)], hint=hint)
    if expected not in (bool, int, float) and got != wanted:
        raise CheckFailed(f"dtype {got}", f"dtype {wanted}", hint=hint)


def equal(got: object, expected: object, *, hint: str = "") -> None:
    """Check that two values are the same: first the type, then the kind of number, the shape, and every value.

    If `got` is an array, `expected` may be a list. If `expected` is an array, `got` must be one too.

    Raises:
        CheckFailed: they differ; the message shows the first difference.

    Example:
        checks.equal(pad([[5, 6], [7]]), [[5, 6], [7, 0]], hint="Zeros go to the right.")
    """
    if found := difference(got, expected, same_values):
        raise CheckFailed(found.got, found.expected, where=found.where, hint=hint)


def close(got: object, expected: object, *, rtol: float = 1e-5, atol: float = 1e-6, hint: str = "") -> None:
    """Check as `equal` does, but let numbers differ by `atol + rtol * |expected|`. Two nan count as equal.

    Raises:
        CheckFailed: they differ by more than that.

    Example:
        checks.close(sigmoid(2.0), 0.880797, hint="The formula is 1 / (1 + e^-z).")
    """

    def near(left: Any, right: Any) -> Any:
        if "U" in (left.dtype.kind, right.dtype.kind):
            return same_values(left, right)
        return np.isclose(left, right, rtol=rtol, atol=atol, equal_nan=True)

    if found := difference(got, expected, near):
        raise CheckFailed(found.got, found.expected, where=found.where, hint=hint)


def between(value: Any, low: float, high: float, *, hint: str = "") -> None:
    """Check that one number lies between `low` and `high`, or equals one of them.

    Raises:
        CheckFailed: it lies outside, or is not a single number.

    Example:
        checks.between(accuracy, 0.75, 1)
    """
    if np.ndim(value) != 0 or not low <= float(value) <= high:
        raise CheckFailed(short(value), f"a number from {low:g} to {high:g}", hint=hint)


def raises(
    error: type[Exception],
    function: Callable[[], object],
    *,
    naming: Sequence[str] = (),
    hint: str = "",
) -> None:
    """Check that calling `function` raises `error` or a subclass of it.

    Args:
        error: the class of the error.
        function: it is called without arguments; usually a lambda.
        naming: words that the error's text must contain.
        hint: what to do if the check fails.

    Raises:
        CheckFailed: no error came, or another one, or its text lacks one of the words.

    Example:
        checks.raises(IndexError, lambda: look_up(E, [4]), naming=["4"])
    """
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
    """Check that calling `function` raises no error.

    Raises:
        CheckFailed: it raised one.

    Example:
        checks.runs(lambda: model(X), hint="Use the weights that were assigned.")
    """
    try:
        function()
    except NotImplementedError:
        raise
    except Exception as error:
        raise CheckFailed(f"{type_name(error)}: {clip(str(error))}", "no error", hint=hint) from None


@contextmanager
def unchanged(*values: object, hint: str = "") -> Iterator[None]:
    """Check that the code inside does not edit `values`.

    Raises:
        CheckFailed: one of them has changed.

    Example:
        with checks.unchanged(X, hint="Work on a copy of X."):
            softmax(X)
    """
    before = copy.deepcopy(values)
    yield
    for now, then in zip(values, before, strict=True):
        if found := difference(now, then, same_values):
            hint = hint or "Your code edited its input. Work on a copy, or build a new value."
            raise CheckFailed(f"input now {short(now)}", f"input {short(then)}", where=found.where, hint=hint)


def that(condition: object, *, got: object, expected: str, hint: str = "") -> None:
    """Check any other condition.

    Args:
        condition: the check passes if this is true.
        got: what to show as the result: a sentence, or any other value.
        expected: a few words that say what was expected.
        hint: what to do if the check fails.

    Raises:
        CheckFailed: the condition is false.

    Example:
        checks.that(len(losses) > 1, got=losses, expected="several losses")
    """
    if not condition:
        raise CheckFailed(clip(got) if isinstance(got, str) else short(got), expected, hint=hint)


def _is_of_type(value: Any, kind: type) -> bool:
    if is_array(value):
        number = value.shape == () and kind in (bool, int, float)
        return kind is np.ndarray or (number and kind_of(value.dtype) == np.dtype(kind).kind)
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is int)


def _from_test_cell(error: Exception) -> TracebackType:
    """Return the traceback of an error, from the frame of the test cell on."""
    trace = error.__traceback__
    while trace and trace.tb_next and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    assert trace is not None, "an error that was caught has a traceback"
    return trace
