"""Records: what hidden tests hand to the judge, written in a kernel and read from its outputs.

The record format, version 1
----------------------------
A record is one JSON object, published as a display output under the MIME type `MIME`:

    version   1
    name      the record's name, unique within its cell
    value     the value, encoded as `autograder.values` describes, or
    error     "ExceptionName: message", if computing the value raised an error
    rule      how the judge compares: {"kind": "equal", "rtol": …, "atol": …},
              {"kind": "accuracy", "labels": …, "at_least": …, "suspicious_from": …},
              {"kind": "between", "low": …, "high": …}, {"kind": "one_of", "accepted": […]},
              {"kind": "unordered"}, {"kind": "distinct"} or {"kind": "alike", "rtol": …, "atol": …}
    weight    share of the cell's points, relative to the other records of the cell
    required  true: if this value is not accepted, the cell earns nothing; such a record has no weight
    hint      one sentence shown to a student whose value is not accepted

`rule`, `weight`, `required` and `hint` count only in the reference solution's record. The judge ignores a student's.

Values that can be made up
--------------------------
`between`, `distinct` and `alike` look at the student's value alone, so a constant of the right form satisfies them.
No rule can prevent that: two constants also satisfy a rule that compares two records of one student. So:

- Let the test decide what is random: it sets the weights, or passes a seeded generator. Then compare with `equal`.
- Give the three rules at most a tenth of a cell's points. `autograder verify` checks that.
- Put a `required` record of an exact value next to them.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from typing import Any

from autograder.values import MAX_BYTES, MAX_PARTS, count_parts, encode

MIME = "application/vnd.autograder.record+json"
VERSION = 1

Rule = dict[str, Any]


def accuracy(labels: str, at_least: float, suspicious_from: float | None = None) -> Rule:
    """Return a rule: enough of the predicted classes, an array of shape (n,), agree with a label set.

    Args:
        labels: the name of the label set in `Judge.labels`. Only the judge knows the labels.
        at_least: the share that must agree, from 0 to 1.
        suspicious_from: a share that no honest model of the exercise's size reaches. It is accepted too, but the
            verdict tells the instructor that public labels may stand in the answer. Default: no share is suspicious.
    """
    return {"kind": "accuracy", "labels": labels, "at_least": at_least, "suspicious_from": suspicious_from}


def between(low: float, high: float) -> Rule:
    """Return a rule: the value is a single number from `low` to `high`, both included."""
    return {"kind": "between", "low": low, "high": high}


def one_of(accepted: list[Any]) -> Rule:
    """Return a rule: the value equals one of the `accepted` ones."""
    return {"kind": "one_of", "accepted": [encode(value) for value in accepted]}


def unordered() -> Rule:
    """Return a rule: the same items as in the reference's list (or rows of its array) in any order, exactly equal."""
    return {"kind": "unordered"}


def distinct() -> Rule:
    """Return a rule: as many items as in the reference's list, of the same kinds and shapes, and no two are equal."""
    return {"kind": "distinct"}


def alike(rtol: float = 1e-5, atol: float = 1e-8) -> Rule:
    """Return a rule: as many items as in the reference's list, of the same kinds and shapes, all equal to the first.

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
    """Return {"value": …}, or {"error": …} if computing the value raised an error or the value is too large."""
    try:
        encoded = encode(value() if callable(value) else value)
        size, parts = len(json.dumps(encoded)), count_parts(encoded)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    if size > MAX_BYTES:
        return {"error": f"TooLarge: the value takes {size:,} bytes, more than {MAX_BYTES:,}"}
    if parts > MAX_PARTS:
        return {"error": f"TooLarge: the value has {parts:,} parts, more than {MAX_PARTS:,}; an array has fewer"}
    return {"value": encoded}


def outputs_without_records(cell: Mapping[str, Any]) -> list[Any]:
    """Return a cell's outputs that are not records."""
    return [output for output in cell["outputs"] if not is_record(output)]


def is_record(output: Mapping[str, Any]) -> bool:
    """Return whether an output holds a record."""
    return MIME in output.get("data", {})


def records_in(cell: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the well-formed records among a cell's outputs, one in memory at a time."""
    for output in cell.get("outputs", []):
        data = output.get("data", {}).get(MIME)
        if isinstance(data, str):
            data = json.loads(data)
        if isinstance(data, dict) and data.get("version") == VERSION and isinstance(data.get("name"), str):
            yield data


def records_by_name(cell: Mapping[str, Any], wanted: Container[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return name -> the well-formed records of that name among a cell's outputs.

    Of a second record with the same name, and of later ones, only the name is kept.

    Args:
        cell: an executed cell.
        wanted: the names to look for; default: all.
    """
    by_name: dict[str, list[dict[str, Any]]] = {}
    for record_read in records_in(cell):
        name = record_read["name"]
        if wanted is None or name in wanted:
            records = by_name.setdefault(name, [])
            records.append({"name": name} if records else record_read)
    return by_name
