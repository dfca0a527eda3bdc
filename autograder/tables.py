"""Tables that the commands print."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from autograder.harmless import printable
from autograder.judge import VISIBLE
from autograder.results import CellResult, Result


def results_table(title: str, results: Iterable[Result]) -> Table:
    """Return one row a submission: student, each graded cell, total, what failed first and the hint."""
    results = list(results)
    columns = list(dict.fromkeys(cell.grade_id for result in results for cell in result.cells))
    if any(not result.isolated for result in results):
        title += " — RUN WITHOUT ISOLATION: student code had the rights of whoever graded"
    table = Table(title=title, show_lines=True)
    table.add_column("student")
    for name in columns:
        table.add_column(Text(name.removeprefix("test-")), justify="right", overflow="fold")
    table.add_column("total", justify="right")
    table.add_column("what failed", ratio=1, min_width=30, overflow="fold")
    for result in results:
        cells = {cell.grade_id: cell for cell in result.cells}
        scores = [score(cells[name]) if name in cells else "" for name in columns]
        total = "—" if result.problem else f"{result.points:g}/{result.possible:g}"
        # Text, not markup: an id and parts of a message are a student's.
        table.add_row(Text(result.student), *scores, total, Text("\n".join(remarks(result))))
    return table


def summary(result: Result) -> str:
    """Return a result in one line: who, and how many points or why none."""
    if result.problem:
        return printable(result.problem)
    return printable("; ".join([f"{result.student}: {result.points:g}/{result.possible:g}", *result.remarks]))


def score(cell: CellResult) -> str:
    """Return what a cell earned, as text; "by hand" where a person grades it."""
    return "by hand" if cell.points is None else f"{cell.points:g}/{cell.possible:g}"


def remarks(result: Result) -> list[str]:
    """Return what is to be said about a result, a line each that does nothing to a terminal."""
    said = [result.problem] if result.problem else [*result.remarks, *failures(result)]
    return [printable(line) for line in said]


def failures(result: Result) -> list[str]:
    """Return for each cell with a failed verdict its first one: message and hint on one line."""
    lines = []
    for cell in result.cells:
        failed = next((verdict for verdict in cell.verdicts if not verdict.passed), None)
        if failed is None:
            continue
        message = "; ".join(failed.message.splitlines())
        named = "" if failed.name == VISIBLE else failed.name
        hint = f"hint: {failed.hint}" if failed.hint else ""
        lines.append(f"{cell.grade_id.removeprefix('test-')}: " + "; ".join(filter(None, (named, message, hint))))
    return lines
