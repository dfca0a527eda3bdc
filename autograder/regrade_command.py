"""The command `autograder regrade`: what a corrected test changes, and entering it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from autograder.course import Course
from autograder.doctor import usable_cores
from autograder.errors import UsageError
from autograder.grading.grade import grade
from autograder.grading.regrade import Change, Difference, graded_students, preview
from autograder.grading.undo import keep_for_undo, note_applied, undo
from autograder.harmless import listed, printable
from autograder.options import OR_STDOUT, STDOUT, Assignment, FileOptions, output_names, write_output
from autograder.sandbox.check import require_sandbox
from autograder.seams.open_course import open_course_here
from autograder.terminal import complain, out, progress_bar

FEW = 30  # up to so many changed students are shown in a table unless all are asked for
NAMED = 5  # students that a row of the table of checks names


def add_to(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command(cls=FileOptions)(regrade)


def regrade(
    assignment: Assignment,
    student: Annotated[
        list[str] | None, typer.Option(help="This student only. May be given several times.", show_default="all")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Enter the new points. Default: only show them.")] = False,
    take_back: Annotated[
        bool, typer.Option("--undo", help="Put back what the last applied regrade has replaced.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show every student, also of a large class.")] = False,
    json_file: Annotated[
        str, typer.Option("--json", metavar="[FILE]", help=f"Write the changes as JSON. {OR_STDOUT}")
    ] = "",
) -> None:
    """Judge graded submissions again after a test was corrected, and show who would gain or lose what.

    Nothing is entered without --apply. Points and comments that a person gave stay. Only what a changed test cell or
    data file requires is executed again. The exit code is 1 if a submission could not be graded.
    """
    if apply and take_back:
        raise UsageError("--apply and --undo cannot be given together.")
    json_file, _ = output_names(json_file)
    course = open_course_here()
    course.check_assignment(assignment)
    if take_back:
        _take_back(course, assignment, student or [])
        return
    students = graded_students(course, assignment, student or [])
    if course.config.Execute.get("isolation", True):
        require_sandbox()
    results = _previewed(course, assignment, students)
    _show(assignment, results, apply, verbose, json_file)
    if apply:
        _apply(course, assignment, students)
    raise typer.Exit(any(result.problem for result in results))


def _take_back(course: Course, assignment: str, students: list[str]) -> None:
    restored, graded_since = undo(course, assignment, students)
    out.print(f"{assignment}: {len(restored)} students have the grades from before the last regrade.", markup=False)
    if graded_since:
        complain(f"Graded again since then, so they stay as they are: {listed(graded_since, 50)}.")


def _previewed(course: Course, assignment: str, students: list[str]) -> list[Difference]:
    results = []
    with progress_bar() as bar:
        task = bar.add_task(f"judging {escape(assignment)}", total=len(students))
        for result in preview(course, assignment, students, usable_cores()):
            bar.update(task, advance=1)
            results.append(result)
    return sorted(results, key=lambda result: result.student)


def _apply(course: Course, assignment: str, students: list[str]) -> None:
    keep_for_undo(course, assignment, students)
    with progress_bar() as bar:
        task = bar.add_task(f"entering {escape(assignment)}", total=len(students))
        for _ in grade(course, assignment, students, usable_cores()):
            bar.update(task, advance=1)
    note_applied(course, assignment)


def _show(assignment: str, results: list[Difference], applied: bool, verbose: bool, json_file: str) -> None:
    if json_file:
        write_output(json_file, json.dumps(_description(assignment, results, applied), indent=1) + "\n")
    if json_file == STDOUT:
        return
    for result in results:
        if result.problem:
            complain(printable(result.problem))
    changed = [result for result in results if result.changes]
    if changed:
        out.print(checks_table(assignment, changed, out.width))
        if len(changed) <= FEW or verbose:
            out.print(students_table(assignment, changed, out.width))
        else:
            out.print(f"{len(changed)} students change: --verbose shows each of them, --json writes them.")
    for sentence in _sentences(assignment, results, applied):
        out.print(printable(sentence), markup=False)


def _sentences(assignment: str, results: Sequence[Difference], applied: bool) -> list[str]:
    """Return what stands below the tables."""
    gain, lose = ([one for one in results if (one.after - one.before) * sign > 0] for sign in (1, -1))
    reviewed = [result.student for result in results if result.by_hand]
    sentences = []
    if reviewed:
        sentences.append(f"Points given by hand stay, but the computed ones below them change: {listed(reviewed, 50)}.")
    if not any(result.changes for result in results):
        return [*sentences, f"{assignment}: the points of {len(results)} students stay as they are."]
    before, after = (sum(getattr(one, name) for one in results) for name in ("before", "after"))
    totals = f"{len(gain)} gain, {len(lose)} lose, of {len(results)}; all points together: {before:g} → {after:g}"
    end = "Entered; --undo takes it back" if applied else "Nothing is entered yet: --apply does it"
    return [*sentences, f"{totals}.", f"{end}."]


def checks_table(assignment: str, results: Sequence[Difference], width: int) -> Table:
    """Return a table with a row for each check in which somebody gains or loses points."""
    by_check: defaultdict[tuple[str, str, str], list[tuple[str, Change]]] = defaultdict(list)
    for result in results:
        for change in result.changes:
            by_check[change.notebook, change.grade_id, change.check].append((result.student, change))
    table = Table(title=f"{assignment}: changed checks", width=width)
    for heading in ("exercise", "check", "gain", "lose", "who"):
        table.add_column(heading, overflow="fold", ratio=1 if heading in ("check", "who") else None)
    for (_, grade_id, check), changes in by_check.items():
        who = listed([student for student, _ in changes], NAMED)
        texts = grade_id.removeprefix("test-"), check, _moved(changes, 1), _moved(changes, -1), who
        table.add_row(*(Text(printable(text)) for text in texts))
    return table


def _moved(changes: Sequence[tuple[str, Change]], sign: int) -> str:
    """Return how many students gain (sign 1) or lose (-1), and how many points together."""
    points = [change.difference for _, change in changes if change.difference * sign > 0]
    return f"{len(points)}: {sum(points):+g}" if points else ""


def students_table(assignment: str, results: Sequence[Difference], width: int) -> Table:
    """Return a table with a row for each student whose points change."""
    table = Table(title=f"{assignment}: changed students", width=width, show_lines=True)
    for heading in ("student", "now", "then", "change", "why"):
        table.add_column(heading, overflow="fold", ratio=1 if heading == "why" else None)
    for result in results:
        texts = (
            result.student,
            f"{result.before:g}/{result.maximum_before:g}",
            f"{result.after:g}/{result.maximum_after:g}",
            f"{result.after - result.before:+g}",
        )
        why = "\n".join(printable(_reason(change)) for change in result.changes)
        table.add_row(*(Text(printable(text)) for text in texts), Text(why))
    return table


def _reason(change: Change) -> str:
    place = ", ".join(filter(None, [change.grade_id.removeprefix("test-"), change.check]))
    (why, *_) = [*change.why.splitlines(), ""]
    return f"{place}: {change.difference:+g}" + (f" ({why})" if why else "")


def _description(assignment: str, results: Sequence[Difference], applied: bool) -> dict[str, Any]:
    return {
        "assignment": assignment,
        "applied": applied,
        "before": sum(result.before for result in results),
        "after": sum(result.after for result in results),
        "students": [asdict(result) for result in results],
    }
