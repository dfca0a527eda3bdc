"""Rules: whether a student's value agrees with the reference's, and if not, one sentence that says why.

A message shows no hidden expected value, and nothing that a rule accepts. It names types, shapes and how many numbers
differ, in words from a fixed list (see `wording`). With free words, a student's process could pass on a hidden test.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import CourseError
from autograder.judging.wording import Array, amount, describe, describe_beside, key_of, kind_of, position, shape_beside
from autograder.records import Rule
from autograder.values import Foreign, decode

ACCURACY_STEP = 5  # per cent: a finer accuracy would tell how many of the hidden labels are right


class LabelsError(CourseError):
    """A label set that the course's configuration names cannot be loaded."""


@dataclass(frozen=True)
class LabelSets:
    """The label sets that accuracy rules name, each loaded when it is needed."""

    loaders: Mapping[str, Callable[[], Array]]  # name -> a function that returns labels of shape (n,)

    def __getitem__(self, name: str) -> Array:
        """Return the labels called `name`, of shape (n,); LabelsError if they cannot be loaded."""
        try:
            return np.asarray(self.loaders[name]())
        except Exception as error:
            raise LabelsError(
                f"The label set {name!r} (Judge.labels in nbgrader_config.py) cannot be loaded "
                f"({type(error).__name__}: {error}): fix that, and run the same command again."
            ) from error


def objection(expected: Any, got: Any, rule: Rule, labels: LabelSets) -> str | None:
    """Return one sentence on what is wrong with a student's value, None if it is accepted.

    Args:
        expected: the decoded value of the reference's record.
        got: the decoded value of the student's record.
        rule: how to compare them, from the reference's record.
        labels: the label sets that an accuracy rule may name.

    Raises:
        LabelsError: the rule names a label set that cannot be loaded.
    """
    kind = rule["kind"]
    if kind == "equal":
        return _unequal(expected, got, rule["rtol"], rule["atol"])
    if kind == "between":
        return _outside(got, rule["low"], rule["high"])
    if kind == "accuracy":
        return _inaccurate(got, labels[rule["labels"]], rule["at_least"])
    if kind == "one_of":
        accepted = [decode(value) for value in rule["accepted"]]
        return None if any(_same(value, got) for value in accepted) else "got an answer that is not an accepted one"
    if kind == "unordered":
        return _out_of_place(expected, got)
    if kind == "distinct":
        return _other_items(expected, got) or _repeated(got)
    if kind == "alike":
        return _other_items(expected, got) or _unlike_the_first(got, rule["rtol"], rule["atol"])
    raise ValueError(f"there is no rule called {kind!r}")


def suspicion(got: Any, rule: Rule, labels: LabelSets) -> str | None:
    """Return what an instructor should look into about an accepted value, None if there is nothing."""
    limit = rule.get("suspicious_from")
    if rule["kind"] != "accuracy" or limit is None or np.mean(np.asarray(got) == labels[rule["labels"]]) < limit:
        return None
    return f"For the instructor: an accuracy of {limit:.0%} or more is suspicious. Does the answer contain the labels?"


def _same(expected: Any, got: Any) -> bool:
    return _unequal(expected, got, 1e-5, 1e-8) is None


def _unequal(expected: Any, got: Any, rtol: float, atol: float) -> str | None:
    if isinstance(got, Foreign):
        return _mismatch(expected, got)
    if isinstance(expected, list | dict | frozenset) or isinstance(got, list | dict | frozenset):
        return _unequal_containers(expected, got, rtol, atol)
    if expected is None or got is None or isinstance(expected, str) or isinstance(got, str):
        if type(expected) is not type(got):
            return _mismatch(expected, got)
        return None if expected == got else "got a different text"
    return _unequal_arrays(np.asarray(expected), np.asarray(got), rtol, atol)


def _unequal_containers(expected: Any, got: Any, rtol: float, atol: float) -> str | None:
    if type(expected) is not type(got):
        return _mismatch(expected, got)
    if len(expected) != len(got):
        return _mismatch(expected, got)
    if isinstance(expected, frozenset):
        return None if expected == got else f"{amount(len(got - expected), len(got))} members are wrong"
    if isinstance(expected, dict):
        if expected.keys() != got.keys():
            return f"{amount(len(got.keys() - expected.keys()), len(got))} keys are wrong"
        pairs = [(key_of(expected, key), expected[key], got[key]) for key in expected]
    else:
        pairs = [(position(i), *pair) for i, pair in enumerate(zip(expected, got, strict=True))]
    reasons = ((where, _unequal(one, other, rtol, atol)) for where, one, other in pairs)
    return next((f"{where}: {reason}" for where, reason in reasons if reason), None)


def _unequal_arrays(expected: Array, got: Array, rtol: float, atol: float) -> str | None:
    """Compare kind, then shape, then values; a whole number passes where a single float is expected."""
    whole_for_float = expected.shape == () and expected.dtype.kind == "f" and got.dtype.kind in "iu"
    if kind_of(expected) != kind_of(got) and not whole_for_float:
        return _mismatch(expected, got)
    if expected.shape != got.shape:
        return f"got {shape_beside(got, expected)}, expected {expected.shape}"
    if expected.dtype.kind in "fc":
        # In double precision, so that comparing can neither overflow nor warn.
        with np.errstate(all="ignore"):
            same = np.isclose(_double(got), _double(expected), rtol=rtol, atol=atol, equal_nan=True)
    else:
        same = got == expected
    wrong = int(same.size - np.count_nonzero(same))
    if not wrong:
        return None
    if expected.shape == ():
        return "got a different number" if expected.dtype.kind != "b" else "got the other truth value"
    all_finite = got.dtype.kind not in "fc" or np.isfinite(_double(got)).all()
    return f"{amount(wrong, same.size)} values differ" + (
        "" if all_finite else ", and there is nan or infinity in them"
    )


def _out_of_place(expected: Any, got: Any) -> str | None:
    """Compare two lists, or the rows of two arrays, in any order."""
    if mismatch := _other_form(expected, got):
        return mismatch
    missing = Counter(map(_fingerprint, expected)) - Counter(map(_fingerprint, got))
    return f"{amount(missing.total(), len(expected))} items are missing, in any order" if missing else None


def _fingerprint(item: Any) -> str:
    """Return a text that is the same for equal items, whatever the width of their numbers."""
    return json.dumps(item, default=_as_json)


def _as_json(part: Any) -> Any:
    """Return JSON data for a part of a decoded value that JSON cannot hold."""
    if isinstance(part, frozenset):
        return sorted(part)
    return {"complex": [part.real, part.imag]} if isinstance(part, complex) else part.tolist()


def _other_items(expected: Any, got: Any) -> str | None:
    """Compare the kind and size of two lists, and of their items one by one."""
    if mismatch := _other_form(expected, got):
        return mismatch
    forms = (_other_form(one, other) for one, other in zip(expected, got, strict=True))
    return next((f"{position(i)}: {mismatch}" for i, mismatch in enumerate(forms) if mismatch), None)


def _repeated(items: Any) -> str | None:
    different = len(set(map(_fingerprint, items)))
    return None if different == len(items) else f"got some of {len(items)} items twice, expected all different"


def _unlike_the_first(items: Any, rtol: float, atol: float) -> str | None:
    unlike = sum(_unequal(items[0], item, rtol, atol) is not None for item in items)
    return f"{amount(unlike, len(items))} items differ from the first, expected none" if unlike else None


def _other_form(expected: Any, got: Any) -> str | None:
    """Compare the kind and the size of two values."""
    same = describe(expected) == describe(got) and not isinstance(got, Foreign)
    return None if same else _mismatch(expected, got)


def _mismatch(expected: Any, got: Any) -> str:
    return f"got {describe_beside(got, expected)}, expected {describe(expected)}"


def _double(array: Array) -> Array:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _outside(got: Any, low: float, high: float) -> str | None:
    # A list of texts must not become an array, where each text takes as much memory as the longest one.
    number = np.asarray(got if isinstance(got, int | float | np.ndarray) else None)
    if number.dtype.kind not in "iuf" or number.shape != ():
        return f"got {describe_beside(got, low)}, expected a single number"
    return None if low <= float(number) <= high else "got a number outside the accepted range"


def _inaccurate(got: Any, labels: Array, at_least: float) -> str | None:
    predicted = np.asarray(got) if isinstance(got, np.ndarray) or _is_list_of_numbers(got) else None
    if predicted is None and isinstance(got, list) and len(got) == labels.size:
        return f"got {describe_beside(got, labels)}, expected classes as whole numbers"
    if predicted is None or predicted.shape != labels.shape:
        return f"got {describe_beside(got, labels)}, expected an array of {labels.size} predicted classes"
    if predicted.dtype.kind not in "iub":
        return f"got {describe_beside(got, labels)}, expected classes as whole numbers"
    share = float(np.mean(predicted == labels))
    if share >= at_least:
        return None
    step = min(int(100 * share) // ACCURACY_STEP, 100 // ACCURACY_STEP - 1) * ACCURACY_STEP
    return f"accuracy between {step} % and {step + ACCURACY_STEP} %, which is not enough"


def _is_list_of_numbers(value: Any) -> bool:
    """Return whether a value is a list that becomes an array of numbers, which takes no more memory than the list."""
    return isinstance(value, list) and all(
        isinstance(item, int | float)
        or (isinstance(item, np.ndarray) and item.shape == () and item.dtype.kind in "biuf")
        for item in value
    )
