"""The command line: `autograder release | grade | verify | demo | doctor`."""

from __future__ import annotations

import errno
import io
import logging
import os
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn
from traitlets import TraitError
from typer.core import TyperCommand

import autograder.skip_rfc3987  # noqa: F401  # before all that imports jsonschema

# isort: split
from autograder import release as releasing
from autograder.bank import verify as verifying
from autograder.bank.cases import EMPTY, REFERENCE, Case, read_case
from autograder.course import Course
from autograder.doctor import cores, examine
from autograder.errors import AutograderError, CourseError, UsageError
from autograder.files import write_atomically
from autograder.gradebook import OneGradebook
from autograder.grading import grade as grading
from autograder.grading.final_marks import with_marks
from autograder.grading.results import Result
from autograder.results_files import ResultsFormat, as_csv, as_json
from autograder.sandbox.bubblewrap import missing, require
from autograder.seams.open_course import find_course
from autograder.tables import results_table, summary

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Release and grade assignments.",
)
# No emoji codes: a student may be called a:b.
out = Console(width=None if sys.stdout.isatty() else 160, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)
Assignment = Annotated[str, typer.Argument(help="The assignment's folder in solutions/.")]
Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments; all where none is named.")]
STDOUT = "-"  # in place of a file's name
OR_STDOUT = "Standard output, in place of the table, if no FILE is named."
FULL = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
INTERRUPTED = 130  # the exit code of a command that was
NOT_ISOLATED = "Warning: submissions run without isolation, with your rights: grade only students you trust."


def complain(message: str) -> None:
    """Print one sentence on stderr."""
    err.print(message, markup=False, emoji=False)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Print the traceback of an error.")] = False,
) -> None:
    """Release and grade assignments."""  # `main` reads the option


@app.command()
def release(assignments: Assignments = None) -> None:
    """Make assignments/ from solutions/; the same input gives the same bytes."""
    course = here()
    for assignment in assignments or course.assignments():
        out.print(f"released {shown(releasing.release(course, assignment))}")


class FileOptions(TyperCommand):
    """A command whose options --json and --csv mean standard output if no file is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the sign for standard output where a file is not named."""
        named = [
            [word, STDOUT] if word in ("--json", "--csv") and (not after or after.startswith("-")) else [word]
            for word, after in zip(args, [*args[1:], ""], strict=True)
        ]
        return super().parse_args(ctx, [word for words in named for word in words])


@app.command(cls=FileOptions)
def grade(
    assignment: Assignment,
    student: Annotated[list[str] | None, typer.Option(help="Grade this student only; may be repeated.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes that execute side by side; 0: one a core.")] = 0,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask cluster that executes instead.")] = "",
    cold: Annotated[bool, typer.Option("--cold", help="Start every kernel anew, without what is prepared.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Execute again what has been executed.")] = False,
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help="Run student code with your own rights.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show all that failed, of a large class too.")] = False,
    json_file: Annotated[str, typer.Option("--json", metavar="[FILE]", help=f"Write all as JSON. {OR_STDOUT}")] = "",
    csv_file: Annotated[str, typer.Option("--csv", metavar="[FILE]", help=f"Write all as CSV. {OR_STDOUT}")] = "",
) -> None:
    """Grade what lies in grading/submitted/ and print a table; exit 1 if a submission could not be graded.

    Interrupted at any moment, the same command goes on where it stopped.
    """
    files = results_files(json_file, csv_file)
    course = here()
    course.check_assignment(assignment)
    students = grading.chosen_students(course, assignment, student or [])
    isolate(course, no_sandbox)
    course.config.Execute.warm = not cold
    results = []
    with progress() as bar:
        task = bar.add_task(f"grading {escape(assignment)}", total=len(students))
        for result in grading.grade(course, assignment, students, workers or cores(), scheduler, force):
            bar.update(task, advance=1)
            bar.console.print(summary(result), markup=False, emoji=False)
            results.append(result)
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        results = with_marks(sorted(results, key=lambda result: result.student), gradebook, assignment)
    show(assignment, results, verbose, files)
    raise typer.Exit(any(result.problem for result in results))


def results_files(json_file: str, csv_file: str) -> dict[str, ResultsFormat]:
    """Return the files to write, seen from the current folder, and what makes their text; UsageError if they clash."""
    if json_file and json_file == csv_file:
        raise UsageError("--json and --csv cannot write to the same place: name another file for one of them.")
    files = {json_file: as_json, csv_file: as_csv}
    return {name if name == STDOUT else str(Path(name).absolute()): make for name, make in files.items() if name}


def show(assignment: str, results: list[Result], verbose: bool, files: dict[str, ResultsFormat]) -> None:
    """Write results to files, and print their table unless a file is standard output."""
    for name, make in files.items():
        if name == STDOUT:
            sys.stdout.write(make(assignment, results))
        else:
            write_atomically(Path(name), make(assignment, results))
    if STDOUT not in files:
        out.print(results_table(assignment, results, out.width, verbose))


@app.command()
def verify(assignments: Assignments = None) -> None:
    """Test the tests: release up to date, reference full marks, empty release zero, every case as written."""
    course, surprises = here(), 0
    isolate_if_possible(course)
    for assignment in assignments or course.assignments():
        course.check_assignment(assignment)
        found = verifying.release_findings(course, assignment)
        with tempfile.TemporaryDirectory() as folder:
            try:
                findings = run(course, assignment, verifying.all_cases(course, assignment), Path(folder))
            except CourseError as fault:  # the solution does not earn all points, for one
                found.append(str(fault))
            else:
                found += surprises_of(findings)
        for text in found:
            complain(f"{assignment}: {text}")
        surprises += len(found)
    raise typer.Exit(surprises > 0)


@app.command()
def demo(
    assignment: Assignment = "04-sentiment-classifier",
    case: Annotated[str, typer.Option(help="The wrong answer: a file of tests/submissions/.")] = "sum-and-wrong-stream",
) -> None:
    """Release, submit as three students, grade and write feedback, all in grading/demo/."""
    course = here()
    course.check_assignment(assignment)
    isolate_if_possible(course)
    wrong = read_case(course.root / "tests" / "submissions" / assignment / f"{case}.py")
    folder = course.root / "grading" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    findings = run(course, assignment, [REFERENCE, EMPTY, wrong], folder)
    surprises = surprises_of(findings)
    scratch = course.scratch(folder, assignment)
    feedback = scratch.api().generate_feedback(assignment)
    releasing.stop_if_interrupted(feedback)
    if not feedback["success"]:
        surprises.append(f"no feedback could be written: {releasing.last_line(feedback)}")
    out.print(f"feedback: {shown(scratch.root / scratch.directory.feedback_directory)}")
    for text in surprises:
        complain(text)
    raise typer.Exit(bool(surprises))


def run(course: Course, assignment: str, cases: list[Case], folder: Path) -> list[verifying.Finding]:
    """Run cases with a progress bar and print their table."""
    findings = []
    with progress() as bar:
        task = bar.add_task(escape(assignment), total=len(cases))
        for finding in verifying.run_cases(course, assignment, cases, folder, cores()):
            bar.update(task, advance=1, description=escape(finding.case.name))
            findings.append(finding)
    findings.sort(key=lambda finding: cases.index(finding.case))
    out.print(results_table(assignment, [finding.result for finding in findings], out.width))
    return findings


def surprises_of(findings: list[verifying.Finding]) -> list[str]:
    """Return all surprises, each with the name of its case."""
    return [f"{finding.case.name}: {text}" for finding in findings for text in finding.surprises]


@app.command()
def doctor() -> None:
    """Say what this machine offers for grading, and how to mend what is missing."""
    checks = examine(here().root)
    for check in checks:
        mark = ("✔" if check.good else "✘") if out.encoding.startswith("utf") else ("ok" if check.good else "NO")
        out.print(f"{mark} {check.name}: {check.found}", markup=False)
        if check.mend:
            complain(check.mend)
    raise typer.Exit(not all(check.good for check in checks))


def isolate(course: Course, no_sandbox: bool) -> None:
    """Have submissions run in the sandbox, or, where that was asked for, without; SandboxMissingError without one."""
    if no_sandbox:
        course.config.Execute.isolation = False
    if course.config.Execute.get("isolation", True):
        require()
    else:
        complain(NOT_ISOLATED)


def isolate_if_possible(course: Course) -> None:
    """Have the course's own answers run in the sandbox where there is one: they are no strangers'."""
    isolate(course, no_sandbox=bool(missing()))


def shown(path: Path) -> Path:
    """Return a path as it is printed: from the course folder, which is the current one, if it lies there."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def progress() -> Progress:
    """Return a progress bar on stderr: it never mixes with the table."""
    return Progress(SpinnerColumn(), *Progress.get_default_columns(), TimeElapsedColumn(), console=err, transient=True)


def here() -> Course:
    """Return the course around the current folder, and make it the current one, as nbgrader expects."""
    course = find_course(Path.cwd())
    os.chdir(course.root)
    return course


def main() -> None:
    """Run a command; what goes wrong is one sentence on stderr, with `--debug` after a traceback."""
    # Warnings inside nbgrader and SQLAlchemy say nothing that an instructor could act on.
    warnings.filterwarnings("ignore", module="nbgrader|sqlalchemy|traitlets")
    # nbgrader and Dask log there, with a traceback, what a command says in one sentence.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL + 1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a student may use letters that the terminal lacks
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP
            signal.signal(number, signal.default_int_handler)  # ends a command as Ctrl-C does: all is tidied up
    # The option may stand before the command or after it.
    debug, words = "--debug" in sys.argv, [word for word in sys.argv[1:] if word != "--debug"]
    try:
        app(words)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            complain("Interrupted: the same command goes on where this one stopped.")
        raise
    except Exception as error:
        message = sentence(error)
        if debug:
            traceback.print_exc()
        elif not message:
            raise
        complain(message)
        sys.exit(2 if isinstance(error, UsageError) else 1)


def sentence(error: Exception) -> str:
    """Return what a person has to know of an error, "" for one that nobody has thought of."""
    if isinstance(error, AutograderError):
        return str(error)
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error) or type(error).__name__
        if error.errno in FULL:
            what = f"The disk is full ({what}): make room"
        return f"{what}{'' if error.errno in FULL else ': fix that'}, and run the same command again."
    if isinstance(error, TraitError | ImportError | SyntaxError):  # what a course names in its configuration
        return f"The configuration or a plugin of the course is wrong ({type(error).__name__}: {error}): correct it."
    return ""
