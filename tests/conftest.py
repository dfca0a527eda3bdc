"""A small course of one assignment, for tests that go through the real commands without training anything."""

import functools
import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest
from commands import Commands

from autograder.doctor import usable_cores
from autograder.sandbox.check import sandbox_problem

ROOT = Path(__file__).parent.parent
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes run tests: more than there are cores, since many tests wait for a time limit."""
    return usable_cores() + usable_cores() // 2


SOLUTION = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def graded(source: str, grade_id: str, **kind: object) -> nbformat.NotebookNode:
    facts = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "grade_id": grade_id} | kind
    return v4.new_code_cell(source, id=grade_id, metadata={"nbgrader": facts})


def small_notebook() -> nbformat.NotebookNode:
    cells = [
        graded("import sys\nfrom autograder import record\nfrom coursekit import checks", "setup", locked=True),
        graded(SOLUTION, "double", solution=True),
        graded(
            'with checks.exercise(1, "Double"):\n    checks.equal(double(3), 6, hint="Twice as much.")\n'
            'print("a warning", file=sys.stderr)\n'
            '### BEGIN HIDDEN TESTS\nrecord("of zero", lambda: double(0), hint="Zero is a number too.")\n'
            'record("of text", lambda: double("ab"), weight=3, hint="secret-hint")\n### END HIDDEN TESTS',
            "test-double",
            grade=True,
            locked=True,
            points=4,
        ),
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


def scores(course: Path) -> dict[str, float]:
    """Return the points that each student has in the gradebook, those that a person gave left out."""
    query = (
        "select student.id, sum(grade.auto_score) from grade join submitted_notebook n on grade.notebook_id = n.id "
        "join submitted_assignment a on n.assignment_id = a.id join student on a.student_id = student.id group by 1"
    )
    with sqlite3.connect(course / "grading" / "gradebook.db") as gradebook:
        return dict(gradebook.execute(query).fetchall())


def make_course(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a course folder with the assignment `small`."""
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    # What a solution records is kept from one test to the next.
    config += f"c.Reference.directory = {str(tmp_path_factory.getbasetemp() / 'reference')!r}\n"
    # Where this machine cannot isolate, grading would stop: what is tested here is something else.
    config += "c.Execute.isolation = False\n" if sandbox_problem() else ""
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    (folder / "solutions" / "small").mkdir(parents=True)
    nbformat.write(small_notebook(), folder / "solutions" / "small" / "notebook.ipynb")
    return folder


def submit_small(
    course: Path, student: str, answer: str = "", content: str | None = None, name: str = "notebook"
) -> Path:
    """Submit the small assignment with `answer` as the solution cell, or raw `content`; return the notebook."""
    path = course / "grading" / "submitted" / student / "small" / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    nb = small_notebook()
    nb.cells[1].source = answer
    path.write_text(content if content is not None else json.dumps(nb), encoding="utf-8")
    return path


@pytest.fixture
def course(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with the assignment `small` released."""
    return make_course(tmp_path, tmp_path_factory)


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """The process that commands are forked from."""
    running = Commands()
    yield running
    running.close()


@pytest.fixture
def command(course: Path, commands: Commands) -> Command:
    """Runs a console script in the course folder."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        (course / "grading").mkdir(exist_ok=True)
        return commands.run(course, *arguments)

    return run


@pytest.fixture
def submit(course: Path) -> Callable[..., Path]:
    """Submits the small assignment with `answer` as the solution cell, or raw `content`."""

    return functools.partial(submit_small, course)
