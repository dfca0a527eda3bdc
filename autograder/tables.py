"""Tables: how the commands print results."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Literal

from rich.table import Table
from rich.text import Text

from autograder.classroom.collect import Collection
from autograder.grading.results import CellResult, Result
from autograder.harmless import printable
from autograder.judging.verdicts import VISIBLE

FEW = 5  # up to so many submissions are always shown with all that failed
COLUMN_GAP = 3  # letters between the texts of two columns
LONGEST_HEADING = 8  # letters of a line of a heading
LONGEST_STUDENT = 24  # letters of a student id before it is folded or cut
LEAST_FOR_FAILURES = 30  # letters
NOT_ISOLATED_TITLE = " — RUN WITHOUT ISOLATION: student code had the rights of whoever graded"
MORE = "--verbose shows all that failed; --json and --csv write everything"


@dataclass(frozen=True)
class Column:
    """A column of the table: a heading, and a text for each result."""

    heading: str
    texts: Sequence[str]
    longest: int = 1_000  # letters before a text is folded or cut

    @property
    def head(self) -> list[str]:
        """The lines of the heading."""
        return textwrap.wrap(self.heading, LONGEST_HEADING)

    @property
    def width(self) -> int:
        """The width of the column in letters."""
        return min(max(map(len, [*self.head, *self.texts])), self.longest)


def results_table(title: str, results: Iterable[Result], width: int = 160, verbose: bool = False) -> Table:
    """Return a table with one row per submission: student, points, total and what failed.

    The points have a column per graded cell, or per exercise if that does not fit, or none if that does not fit either.

    Args:
        title: what stands above the table.
        results: the rows, in this order.
        width: letters of a line.
        verbose: show all that failed, in as many lines as that takes. A few submissions are always shown in this way.
    """
    results = list(results)
    verbose = verbose or len(results) <= FEW
    if any(not result.isolated for result in results):
        title += NOT_ISOLATED_TITLE
    student = Column("student", [result.student for result in results], LONGEST_STUDENT)
    totals = Column("total", [total(result) for result in results])
    room = width - student.width - totals.width - LEAST_FOR_FAILURES - 3 * COLUMN_GAP - 1
    columns = [student, *_points_that_fit(results, room), totals]
    table = Table(title=title, caption=None if verbose else MORE, show_lines=verbose, width=width)
    overflow: Literal["fold", "ellipsis"] = "fold" if verbose else "ellipsis"
    table.add_column("student", width=student.width, no_wrap=not verbose, overflow=overflow)
    for column in columns[1:]:
        table.add_column(Text("\n".join(column.head)), width=column.width, justify="right", overflow="fold")
    table.add_column("what failed", ratio=1, no_wrap=not verbose, overflow=overflow)
    for place, result in enumerate(results):
        texts = [column.texts[place] for column in columns]
        # Text, not markup: an id and parts of a message are a student's.
        table.add_row(*map(Text, map(printable, texts)), Text(("\n" if verbose else " · ").join(remarks(result))))
    return table


def _points_that_fit(results: Sequence[Result], room: int) -> list[Column]:
    """Return the columns of points per cell, or those per exercise, or none: the first of these that fit."""
    for heading in (_cell_heading, _exercise_heading):
        columns = _columns(results, heading)
        if sum(column.width + COLUMN_GAP for column in columns) <= room:
            return columns
    return []


def _cell_heading(cell: CellResult) -> tuple[str, str]:
    return cell.notebook, cell.grade_id.removeprefix("test-")


def _exercise_heading(cell: CellResult) -> tuple[str, str]:
    return cell.notebook, (cell.exercise or cell.grade_id).removeprefix("test-")


def _columns(results: Sequence[Result], heading: Callable[[CellResult], tuple[str, str]]) -> list[Column]:
    """Return a column for each heading, with the points of all cells below it."""
    names = dict.fromkeys(heading(cell) for result in results for cell in result.cells)
    rows = [{name: [cell for cell in result.cells if heading(cell) == name] for name in names} for result in results]
    return [Column(name[1], [score(row[name]) for row in rows]) for name in names]


def score(cells: Sequence[CellResult]) -> str:
    """Return what cells earned together, as text; "by hand" if a person still has to grade one of them."""
    if not cells:
        return ""
    points = [cell.points if cell.final is None else cell.final for cell in cells]
    if any(cell.open for cell in cells) or None in points:
        return "by hand"
    return f"{sum(filter(None, points)):g}/{sum(cell.possible for cell in cells):g}"


def total(result: Result) -> str:
    """Return as text the points of a submission in the gradebook, and how many cells a person still has to grade."""
    if result.problem:
        return "—"
    if result.mark is None:
        return f"{result.points:g}/{result.possible:g}"
    still_open = [cell for cell in result.cells if cell.open]
    points = max(0, result.mark.raw - result.mark.pending - result.mark.penalty)
    maximum = result.mark.maximum - sum(cell.possible for cell in still_open)
    parts = [f"{points:g}/{maximum:g}"]
    if result.mark.penalty:
        parts.append(f"late −{result.mark.penalty:g}")
    if still_open:
        parts.append(f"{len(still_open)} by hand")
    return ", ".join(parts)


def summary(result: Result) -> str:
    """Return a result in one line: the student and the points, or why there are none."""
    if result.problem:
        return printable(result.problem)
    return printable("; ".join([f"{result.student}: {result.points:g}/{result.possible:g}", *result.remarks]))


def remarks(result: Result) -> list[str]:
    """Return the remarks on a result, one line each and safe to print to a terminal."""
    lines = [result.problem] if result.problem else [*result.remarks, *failures(result)]
    return [printable(line) for line in lines]


def failures(result: Result) -> list[str]:
    """Return for each cell with a failed verdict the first one: message and hint on one line."""
    return [f"{cell.grade_id.removeprefix('test-')}: {text}" for cell in result.cells if (text := failure(cell))]


def failure(cell: CellResult) -> str | None:
    """Return a cell's first failed verdict, message and hint on one line; None if there is none."""
    failed = next((verdict for verdict in cell.verdicts if not verdict.passed), None)
    if failed is None:
        return None
    named = "" if failed.name == VISIBLE else failed.name
    hint = f"hint: {failed.hint}" if failed.hint else ""
    return "; ".join(filter(None, (named, *failed.message.splitlines(), hint)))


def collected_table(title: str, collection: Collection, width: int = 160) -> Table:
    """Return a table with one row per student: when their work was handed in, and what became of it."""
    counts = Counter(one.state for one in collection.collected)
    title += " — " + (", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing collected")
    table = Table(title=title, width=width)
    for heading in ("student", "handed in (UTC)", "state", "remarks"):
        table.add_column(heading, overflow="fold", ratio=1 if heading == "remarks" else None)
    for one in collection.collected:
        when = f"{one.handed_in.astimezone(UTC):%Y-%m-%d %H:%M}" + (" late" if one.late else "")
        earlier = [f"{one.earlier} earlier attempts are kept."] if one.earlier else []
        texts = one.student, when, one.state, "\n".join([*one.remarks, *earlier])
        table.add_row(*(Text("\n".join(map(printable, text.splitlines()))) for text in texts))
    return table
