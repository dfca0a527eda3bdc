"""Results as files, for programs and spreadsheets: everything that does not fit into a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from autograder.grading.results import CellResult, Result
from autograder.harmless import guarded, printable
from autograder.options import STDOUT, output_names, write_output
from autograder.tables import failure, results_table
from autograder.terminal import out

ResultsFormat = Callable[[str, list[Result]], str]  # makes a file's text from an assignment's name and results


def results_files(json_file: str, csv_file: str) -> dict[str, ResultsFormat]:
    """Return name of a file -> function that makes its text; UsageError if two names are the same."""
    json_file, csv_file = output_names(json_file, csv_file)
    return {name: make_text for name, make_text in ((json_file, as_json), (csv_file, as_csv)) if name}


def show_results(assignment: str, results: list[Result], verbose: bool, files: dict[str, ResultsFormat]) -> None:
    """Write results to files, and print their table unless a file is standard output."""
    for name, make_text in files.items():
        write_output(name, make_text(assignment, results))
    if STDOUT not in files:
        out.print(results_table(assignment, results, out.width, verbose))


def as_json(assignment: str, results: Sequence[Result]) -> str:
    """Return the results as JSON; letters other than ASCII are escaped, so that any program can read it."""
    described = [_description(result) for result in results]
    return json.dumps({"assignment": assignment, "results": described}, indent=1) + "\n"


def _description(result: Result) -> dict[str, Any]:
    cells = [asdict(cell) | {"by_hand": cell.points is None} for cell in result.cells]
    return _facts(result) | {"remarks": list(result.remarks), "isolated": result.isolated, "cells": cells}


def _facts(result: Result) -> dict[str, Any]:
    """Return the facts about a submission as a whole; marks are None if the gradebook was not asked."""
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
            row |= dict(zip(_headings(_name(cell)), (points, cell.possible, failure(cell) or ""), strict=True))
        table.writerow({heading: _plain(value) for heading, value in row.items()})
    return file.getvalue()


def _name(cell: CellResult) -> str:
    return f"{cell.notebook}/{cell.grade_id}"


def _headings(name: str) -> tuple[str, str, str]:
    return name, f"{name} possible", f"{name} failed"


def _plain(value: Any) -> Any:
    """Return a value that is safe in a spreadsheet: a student's text becomes one line, and no formula."""
    return guarded(printable(value)) if isinstance(value, str) else value
