"""Classroom commands: `autograder student-edition`, `collect`, `export` and `report`."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from autograder.classroom import report, report_files, report_page
from autograder.classroom.collect import collect as collect_archives
from autograder.classroom.export import FORMS, Exported, export_as, export_into
from autograder.classroom.roster import ROSTER
from autograder.classroom.student_edition import Texts, collect_edition, commit, write_folder, write_zip
from autograder.classroom.systems import NAMES
from autograder.errors import UsageError
from autograder.files import write_atomically
from autograder.harmless import listed
from autograder.options import OR_STDOUT, STDOUT, Assignment, FileOptions, output_names, write_output
from autograder.seams.open_course import open_course_here
from autograder.tables import collected_table
from autograder.terminal import complain, out, relative_to_here


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command()(collect)
    app.command()(export)
    app.command("report", cls=FileOptions)(make_report)
    app.command()(student_edition)


def collect(
    assignment: Assignment,
    archives: Annotated[
        list[Path], typer.Argument(metavar="ARCHIVE...", help="What was downloaded: zip files, folders, or clones.")
    ],
    system: Annotated[
        str | None, typer.Option("--from", help=f"Where it comes from: {', '.join(NAMES)}.", show_default="found out")
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(help=f"A CSV file with a row per student: student_id, name, email. It is kept as {ROSTER}."),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="The zone of times without one, such as Europe/Berlin.", show_default="this machine's"),
    ] = None,
) -> None:
    """Take submissions from a learning management system's download.

    Each student's newest attempt goes into grading/submitted/, earlier ones into grading/earlier/. Running the command
    again changes nothing. The exit code is 1 if something was not understood.
    """
    paths, roster = [path.absolute() for path in archives], roster.absolute() if roster else None
    course = open_course_here()
    result = collect_archives(course, assignment, paths, system, roster, _zone(timezone))
    for archive, name in result.systems.items():
        out.print(f"{relative_to_here(Path(archive))}: from {name}", markup=False)
    out.print(collected_table(assignment, result, out.width))
    for sentence in result.not_understood:
        complain(f"Not understood: {sentence}.")
    if result.nothing_yet:
        out.print(f"No submission yet ({len(result.nothing_yet)}): {listed(result.nothing_yet, 50)}", markup=False)
    raise typer.Exit(bool(result.not_understood))


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(f"There is no time zone {name!r}: write one like Europe/Berlin or UTC.") from None


def export(
    assignments: Annotated[list[str], typer.Argument(help="Names of assignments.")],
    into: Annotated[
        Path | None,
        typer.Option(help="Fill in this file: a gradebook from Canvas, Blackboard or Brightspace, a Moodle worksheet."),
    ] = None,
    form: Annotated[str, typer.Option("--as", help=f"Or write a file of this form: {', '.join(FORMS)}.")] = "plain",
    column: Annotated[
        str | None, typer.Option(help="The column that the grades go into.", show_default="by the assignment's name")
    ] = None,
    scale: Annotated[bool, typer.Option("--scale", help="Convert points to the maximum that the file says.")] = False,
    missing_as_zero: Annotated[
        bool,
        typer.Option("--missing-as-zero", help="Give 0 if nothing was handed in. Default: change nothing."),
    ] = False,
    output: Annotated[Path | None, typer.Option(help="The file to write.", show_default="grading/export/…")] = None,
) -> None:
    """Write grades for a learning management system, late penalties included.

    With --into, a copy of the file is filled in and every other cell stays as it is. The original is not changed.
    """
    into, output = (path.absolute() if path else None for path in (into, output))
    course = open_course_here()
    if into:
        results = export_into(course, assignments, into, output, column, scale, missing_as_zero)
    else:
        results = export_as(course, assignments, form, output)
    for result in results:
        _tell(result)
    out.print(f"written: {relative_to_here(results[0].written)}", markup=False)


def _tell(result: Exported) -> None:
    """Print what became of an assignment's grades; what needs a look goes to stderr."""
    facts = [f"{result.filled} grades"]
    facts += [f"excused: {listed(result.excused)}"] if result.excused else []
    facts += [f"nothing handed in: {listed(result.missing)}"] if result.missing else []
    out.print(f"{result.assignment}: {'; '.join(facts)}", markup=False)
    if result.not_in_file:
        complain(f"Not in the file, though graded: {listed(result.not_in_file, 50)}.")
    if result.not_known:
        complain(f"In the file, but not in the course: {listed(result.not_known, 50)}.")
    for remark in result.remarks:
        complain(remark)


def make_report(
    assignment: Assignment,
    anonymous: Annotated[
        bool,
        typer.Option("--anonymous", help="Call students by pseudonyms, and remove their names from what they wrote."),
    ] = False,
    json_file: Annotated[
        str, typer.Option("--json", metavar="[FILE]", help=f"Write the report as JSON. {OR_STDOUT}")
    ] = "",
    csv_file: Annotated[
        str, typer.Option("--csv", metavar="[FILE]", help=f"Write a row per student and check. {OR_STDOUT}")
    ] = "",
) -> None:
    """Write a page on how an assignment went, and print a summary.

    The page is grading/report/ASSIGNMENT.html. It shows points, exercises, checks, equal wrong results, who needs help,
    and similar code. Nothing is executed.
    """
    json_file, csv_file = output_names(json_file, csv_file)
    course = open_course_here()
    graded = report.read_class(course, assignment, anonymous)
    result = report.report_on(graded, anonymous)
    ending = "-anonymous.html" if anonymous else ".html"
    target = course.root / report.FOLDER / f"{assignment}{ending}"
    write_atomically(target, report_page.page(result))
    for name, text in ((json_file, report_files.as_json(result)), (csv_file, report_files.as_csv(graded))):
        if name:
            write_output(name, text)
    if STDOUT not in (json_file, csv_file):
        for sentence in report_files.summary(result):
            out.print(sentence, markup=False, highlight=False, soft_wrap=True)
        out.print(f"written: {relative_to_here(target)}", markup=False)


def student_edition(
    folder: Annotated[Path, typer.Argument(help="Where to write it: a new folder, or one with an earlier edition.")],
    zip_file: Annotated[
        Path | None, typer.Option("--zip", metavar="FILE", help="Also write a zip for a learning management system.")
    ] = None,
    git: Annotated[bool, typer.Option("--git", help="Commit it in FOLDER, so that students can pull it.")] = False,
    site: Annotated[str | None, typer.Option(help="The address of the lectures' pages, for the README.")] = None,
    hand_in: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where and how to hand in, told wherever students hand in.")
    ] = None,
) -> None:
    """Write what students get: lectures, released assignments, what they import and install, and a README of its own.

    No solution, hidden test, bank or grader is in it. The same course gives the same bytes. What belongs to an edition
    is set by c.StudentEdition in nbgrader_config.py.
    """
    folder, zip_file = folder.absolute(), zip_file.absolute() if zip_file else None
    course = open_course_here()
    made = collect_edition(course, Texts(hand_in, site))
    for name in made.left_out:
        complain(f"Left out, because git does not know it: {name}.")
    if git:
        changed = commit(made, folder)
        out.print(f"commit {changed}" if changed else "nothing has changed since the last commit", markup=False)
    else:
        write_folder(made, folder)
    if zip_file:
        write_zip(made, zip_file, course.directory.course_id or "course")
        out.print(f"written: {relative_to_here(zip_file)}", markup=False)
    size = sum(map(len, made.files.values()))
    out.print(f"{len(made.files)} files, {size / 1e6:.1f} MB: {relative_to_here(folder)}", markup=False)
