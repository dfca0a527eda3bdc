"""Results as files, for programs and spreadsheets: everything that a table has no room for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from autograder.grading.results import CellResult, Result
from autograder.harmless import printable
from autograder.tables import failure

ResultsFormat = Callable[[str, Sequence[Result]], str]  # makes the text of a file of an assignment's results
FORMULA = "=", "+", "-", "@"  # how a text begins that a spreadsheet computes


def as_json(assignment: str, results: Sequence[Result]) -> str:
    """Return all that is known of the results; letters other than ASCII are escaped, so any program can read it."""
    described = [_description(result) for result in results]
    return json.dumps({"assignment": assignment, "results": described}, indent=1) + "\n"


def _description(result: Result) -> dict[str, Any]:
    cells = [asdict(cell) | {"by_hand": cell.points is None} for cell in result.cells]
    return _facts(result) | {"remarks": list(result.remarks), "isolated": result.isolated, "cells": cells}


def _facts(result: Result) -> dict[str, Any]:
    """Return what is known of a submission as a whole; marks are None where the gradebook was not asked."""
    mark = result.mark
    return {
        "student": result.student,
        "problem": result.problem,
        "points": result.points,
        "possible": result.possible,
        "raw": mark and mark.raw,
        "penalty": mark and mark.penalty,
        "final": mark and mark.final,
        "maximum": mark and mark.maximum,
        "open": sum(cell.open for cell in result.cells),
    }


def as_csv(_assignment: str, results: Sequence[Result]) -> str:
    """Return one row per submission, with three columns per graded cell: points, possible points, and what failed."""
    names = dict.fromkeys(_name(cell) for result in results for cell in result.cells)
    cell_headings = [heading for name in names for heading in _headings(name)]
    file = io.StringIO()
    table = csv.DictWriter(file, [*_facts(Result("", [])), "remarks", *cell_headings])
    table.writeheader()
    for result in results:
        row = _facts(result) | {"remarks": " · ".join(result.remarks)}
        for cell in result.cells:
            points = cell.points if cell.final is None else cell.final
            row |= dict(zip(_headings(_name(cell)), (points, cell.possible, failure(cell)), strict=True))
        table.writerow({heading: _plain(value) for heading, value in row.items()})
    return file.getvalue()


def _name(cell: CellResult) -> str:
    return f"{cell.notebook}/{cell.grade_id}"


def _headings(name: str) -> tuple[str, str, str]:
    return name, f"{name} possible", f"{name} failed"


def _plain(value: Any) -> Any:
    """Return a value as a spreadsheet may have it: a student's text is one line, and no formula."""
    if not isinstance(value, str):
        return value
    return printable(f"'{value}" if value.startswith(FORMULA) else value)
