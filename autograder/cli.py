"""The command line: `autograder release | collect | grade | regrade | export | verify | demo | doctor`."""

from __future__ import annotations

import errno
import io
import logging
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from traitlets import TraitError

import autograder.skip_rfc3987  # noqa: F401  # before all that imports jsonschema

# isort: split
from autograder import classroom_commands, regrade_command
from autograder import release as releasing
from autograder.bank import verify as verifying
from autograder.bank.cases import EMPTY, REFERENCE, Case, read_case
from autograder.course import Course
from autograder.doctor import examine, usable_cores
from autograder.errors import AutograderError, CourseError, UsageError
from autograder.gradebook import OneGradebook
from autograder.grading.final_marks import with_marks
from autograder.grading.grade import grade as grade_submissions
from autograder.grading.students import chosen_students
from autograder.options import OR_STDOUT, Assignment, FileOptions
from autograder.results_files import results_files, show_results
from autograder.sandbox.check import require_sandbox, sandbox_problem
from autograder.seams.open_course import open_course_here
from autograder.tables import results_table, summary
from autograder.terminal import complain, out, progress_bar, relative_to_here

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # wraps paragraphs at the terminal's width
    help="Release and grade the assignments of a course.",
)
classroom_commands.add_to(app)
regrade_command.add_to(app)
Assignments = Annotated[list[str] | None, typer.Argument(help="Names of assignments.", show_default="all")]
DISK_FULL = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
INTERRUPTED = 130  # the exit code of an interrupted command
NOT_ISOLATED = "Warning: submissions run without isolation, with your rights: grade only students you trust."


def show_version(wanted: bool) -> None:
    """Print the version of the installed distribution, and end."""
    if wanted:
        out.print(f"autograder {version('course-autograder')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="If a command fails, print the traceback too.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Release and grade the assignments of a course."""  # `main` reads the option


@app.command()
def release(assignments: Assignments = None) -> None:
    """Make the students' version of assignments.

    A release in assignments/ is made from solutions/, without solutions and hidden tests. The same solutions always
    give the same files.
    """
    course = open_course_here()
    for assignment in assignments or course.assignments():
        out.print(f"released {relative_to_here(releasing.release(course, assignment))}")


@app.command(cls=FileOptions)
def grade(
    assignment: Assignment,
    student: Annotated[
        list[str] | None, typer.Option(help="Grade this student only. May be given several times.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="How many submissions to execute at the same time. 0: one per core.")
    ] = 0,
    scheduler: Annotated[str, typer.Option(help="Execute on the Dask cluster at this address instead.")] = "",
    cold: Annotated[
        bool, typer.Option("--cold", help="Start each kernel from nothing. Slower; points are the same.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Execute again, even what has been executed before.")] = False,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run student code with your own rights, without isolation.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show all that failed, also for a large class.")] = False,
    json_file: Annotated[
        str, typer.Option("--json", metavar="[FILE]", help=f"Write the results as JSON. {OR_STDOUT}")
    ] = "",
    csv_file: Annotated[
        str, typer.Option("--csv", metavar="[FILE]", help=f"Write the results as CSV. {OR_STDOUT}")
    ] = "",
) -> None:
    """Grade the submissions in grading/submitted/ and print a table.

    If the command is interrupted, start it again: it continues where it stopped. The exit code is 1 if a submission
    could not be graded.
    """
    files = results_files(json_file, csv_file)
    course = open_course_here()
    course.check_assignment(assignment)
    students = chosen_students(course, assignment, student or [])
    isolate(course, no_sandbox)
    course.config.Execute.warm = not cold
    results = []
    with progress_bar() as bar:
        task = bar.add_task(f"grading {escape(assignment)}", total=len(students))
        for result in grade_submissions(course, assignment, students, workers or usable_cores(), scheduler, force):
            bar.update(task, advance=1)
            bar.console.print(summary(result), markup=False, emoji=False)
            results.append(result)
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        results = with_marks(sorted(results, key=lambda result: result.student), gradebook, assignment)
    show_results(assignment, results, verbose, files)
    raise typer.Exit(any(result.problem for result in results))


@app.command()
def verify(assignments: Assignments = None) -> None:
    """Test the tests of assignments.

    The release must be up to date. The solution must earn all points and the untouched release none. Each answer in
    tests/submissions/ must earn the points that it declares. The exit code is 1 if something is not so.
    """
    course, number_wrong = open_course_here(), 0
    isolate_if_possible(course)
    for assignment in assignments or course.assignments():
        course.check_assignment(assignment)
        sentences = verifying.release_findings(course, assignment)
        with tempfile.TemporaryDirectory() as folder:
            try:
                findings = run_cases(course, assignment, verifying.all_cases(course, assignment), Path(folder))
            except CourseError as fault:  # for example, the solution does not earn all points
                sentences.append(str(fault))
            else:
                sentences += surprises_of(findings)
        for sentence in sentences:
            complain(f"{assignment}: {sentence}")
        number_wrong += len(sentences)
    raise typer.Exit(number_wrong > 0)


@app.command()
def demo(
    assignment: Assignment = "04-sentiment-classifier",
    case: Annotated[
        str, typer.Option(help="The wrong answer to hand in: the name of a file in tests/submissions/.")
    ] = "sum-and-wrong-stream",
) -> None:
    """Show the whole way of an assignment in grading/demo/.

    The command releases the assignment, hands in the work of three students (right, untouched, wrong), grades it and
    writes feedback pages.
    """
    course = open_course_here()
    course.check_assignment(assignment)
    isolate_if_possible(course)
    wrong = read_case(course.root / "tests" / "submissions" / assignment / f"{case}.py")
    folder = course.root / "grading" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    sentences = surprises_of(run_cases(course, assignment, [REFERENCE, EMPTY, wrong], folder))
    scratch = course.scratch(folder, assignment)
    feedback = scratch.api().generate_feedback(assignment)
    releasing.stop_if_interrupted(feedback)
    if not feedback["success"]:
        sentences.append(f"no feedback could be written: {releasing.reason_of_failure(feedback)}")
    out.print(f"feedback: {relative_to_here(scratch.root / scratch.directory.feedback_directory)}")
    for sentence in sentences:
        complain(sentence)
    raise typer.Exit(bool(sentences))


@app.command()
def doctor() -> None:
    """Check whether this machine can grade, and say how to fix what is missing."""
    checks = examine(open_course_here().root)
    marks = ("✘", "✔") if out.encoding.startswith("utf") else ("NO", "ok")
    for check in checks:
        out.print(f"{marks[check.good]} {check.name}: {check.detail}", markup=False)
        if check.advice:
            complain(check.advice)
    raise typer.Exit(not all(check.good for check in checks))


def run_cases(course: Course, assignment: str, cases: list[Case], folder: Path) -> list[verifying.Finding]:
    """Grade answers of the bank with a progress bar, print their table, and return the findings in their order."""
    findings = []
    with progress_bar() as bar:
        task = bar.add_task(escape(assignment), total=len(cases))
        for finding in verifying.run_cases(course, assignment, cases, folder, usable_cores()):
            bar.update(task, advance=1, description=escape(finding.case.name))
            findings.append(finding)
    findings.sort(key=lambda finding: cases.index(finding.case))
    out.print(results_table(assignment, [finding.result for finding in findings], out.width))
    return findings


def surprises_of(findings: list[verifying.Finding]) -> list[str]:
    """Return all surprises, each with the name of its case."""
    return [f"{finding.case.name}: {text}" for finding in findings for text in finding.surprises]


def isolate(course: Course, no_sandbox: bool) -> None:
    """Have submissions run in the sandbox, or without it if that is asked for.

    Raises:
        SandboxMissingError: there is no working sandbox, and nobody asked to do without.
    """
    if no_sandbox:
        course.config.Execute.isolation = False
    if course.config.Execute.get("isolation", True):
        require_sandbox()
    else:
        complain(NOT_ISOLATED)


def isolate_if_possible(course: Course) -> None:
    """Have the course's own answers run in the sandbox if there is one; they come from no stranger."""
    isolate(course, no_sandbox=bool(sandbox_problem()))


def main() -> None:
    """Run a command. An error is one sentence on stderr, after a traceback if `--debug` is given."""
    prepare_process()
    # The option may stand before the command or after it.
    debug, words = "--debug" in sys.argv, [word for word in sys.argv[1:] if word != "--debug"]
    try:
        app(words)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            complain("Interrupted: the same command goes on where this one stopped.")
        raise
    except Exception as error:
        message = sentence_about(error)
        if debug:
            traceback.print_exc()
        elif message is None:
            raise
        if message is not None:
            complain(message)
        sys.exit(2 if isinstance(error, UsageError) else 1)


def prepare_process() -> None:
    """Silence what other libraries say, print any letter, and end on SIGTERM and SIGHUP as on Ctrl-C."""
    # An instructor can do nothing about these warnings inside nbgrader and SQLAlchemy.
    warnings.filterwarnings("ignore", module="nbgrader|sqlalchemy|traitlets")
    # nbgrader and Dask log a traceback there of what a command says in one sentence.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL + 1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a student may use letters that the terminal lacks
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP
            signal.signal(number, signal.default_int_handler)


def sentence_about(error: Exception) -> str | None:
    """Return one sentence that says what went wrong and what to do, None for an unforeseen error."""
    if isinstance(error, AutograderError):
        return str(error)
    if isinstance(error, OSError):
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error) or type(error).__name__
        if error.errno in DISK_FULL:
            return f"The disk is full ({reason}): make room, and run the same command again."
        return f"{reason}: fix that, and run the same command again."
    if isinstance(error, TraitError | ImportError | SyntaxError):  # something that a course names in its configuration
        return f"The configuration or a plugin of the course is wrong ({type(error).__name__}: {error}): correct it."
    return None
