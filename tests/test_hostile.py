"""Hostile submissions, a small file each in tests/hostile/: no points gained, nothing leaked, nobody harmed.

A case is a Python file whose docstring says what its student tries:

    ANSWER   the solution cell, a wrong one by default      POINTS   what it may earn, 0 by default
    EXTRA    a last cell                                    SAID     what the result has to say
    change(nb)          changes the notebook's JSON         write(path, text)   writes the file in its own way
"""

import base64
import codecs
import functools
import hashlib
import json
import logging
import runpy
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import psutil
import pytest
from commands import Commands
from conftest import ROOT, graded, scores
from nbformat.notebooknode import NotebookNode

from autograder.course import Course
from autograder.grading.grade import grade
from autograder.grading.results import Result
from autograder.sandbox.check import sandbox_problem
from autograder.seams.open_course import find_course
from autograder.tables import results_table

HOSTILE = Path(__file__).parent / "hostile"
CASES = sorted(HOSTILE.glob("*/*.py"))
WRONG = "def double(x):\n    return 1"
RIGHT = "def double(x):\n    return x + x"
SECRET = "canary: nobody outside may ever read this line of a hidden test"
TEST = f"""assert callable(double)
### BEGIN HIDDEN TESTS
# {SECRET}
record("of zero", lambda: double(0), hint="Zero is a number too.")
record("of text", lambda: double("ab"), weight=3, hint="A text doubles too.")
### END HIDDEN TESTS"""

pytestmark = pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))


@dataclass(frozen=True)
class Graded:
    """What came of a whole group of cases, graded together with one honest student."""

    course: Course
    results: dict[str, Result]
    harmed: list[str]  # files of the course, or of others, that changed


def notebook() -> NotebookNode:
    solution = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    cells = [
        graded("from autograder import record", "setup", locked=True),
        graded(solution, "double", solution=True),
        graded(TEST, "test-double", grade=True, locked=True, points=4),
        v4.new_code_cell("# notes", id="notes"),
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


def submit(course: Course, student: str, case: dict[str, Any]) -> None:
    """Hand in a case in the name of `student`."""
    nb = notebook()
    nb.cells[1].source = case.get("ANSWER", WRONG).strip("\n")
    nb.cells[2].source = "assert callable(double)"
    if "EXTRA" in case:
        nb.cells.append(v4.new_code_cell(case["EXTRA"], id="extra"))
    case.get("change", lambda nb: None)(nb)
    path = course.folder("submitted", "small", student) / "notebook.ipynb"
    path.parent.mkdir(parents=True)
    case.get("write", lambda path, text: path.write_text(text))(path, json.dumps(nb))


def contents(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


@functools.cache
def graded_group(group: str) -> Graded:
    logging.disable()  # what is logged holds names of files that cannot be sent between the processes that run tests
    try:
        return grade_group(group)
    finally:
        logging.disable(logging.NOTSET)


def grade_group(group: str) -> Graded:
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    course = find_course(folder)
    course.config.Execute.timeout = 6
    course.config.SandboxProvisioner.folder_mb = 50
    source = course.folder("source", "small") / "notebook.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(notebook()))
    for path in CASES:
        if path.parent.name == group:
            submit(course, path.stem, runpy.run_path(str(path)))
    submit(course, "zoe", {"ANSWER": RIGHT})  # the last of the alphabet: graded after all others
    before = contents(source.parent) | contents(course.folder("submitted", "small", "zoe"))
    results = {result.student: result for result in grade(course, "small", course.students("small"))}
    course.api().generate_feedback("small")
    after = contents(source.parent) | contents(course.folder("submitted", "small", "zoe"))
    return Graded(course, results, sorted(name for name, _ in before.items() ^ after.items()))


def disguises(secret: str) -> set[str]:
    """Return the readings of a secret that are looked for, without spaces and in small letters."""
    plain = secret.encode()
    made = {secret, secret[::-1], codecs.encode(secret, "rot13"), plain.hex()}
    made |= {base64.b64encode(b"x" * shift + plain).decode()[8:-8] for shift in range(3)}
    return {"".join(text.split()).lower() for text in made}


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.xdist_group(p.parent.name), id=f"{p.parent.name}/{p.stem}") for p in CASES],
)
def test_a_hostile_submission_gains_nothing_leaks_nothing_and_harms_nobody(path: Path) -> None:
    case, group = runpy.run_path(str(path)), graded_group(path.parent.name)
    result = group.results[path.stem]
    assert result.points == case.get("POINTS", 0)
    assert case.get("SAID", "") in f"{result.problem} {result.remarks} {result.cells}"
    assert group.results["zoe"].points == 4
    assert not group.harmed
    pages = group.course.folder("feedback", "small", path.stem).rglob("*")
    shown = "\n".join(page.read_text(encoding="utf-8") for page in pages if page.is_file())
    assert shown, "everybody gets a page, also one whose submission cannot be graded"
    squeezed = "".join(shown.split()).lower()
    for disguise in disguises(SECRET):
        assert disguise not in squeezed
    for script in (
        "<script>alert",
        "<img src=x",
        'href="javascript',
        'href=" javascript',
        "<svg onload",
        r"\href{java",
    ):
        assert script not in shown


@pytest.mark.parametrize("group", [pytest.param(g, marks=pytest.mark.xdist_group(g)) for g in ("files", "repaired")])
def test_nbgraders_own_command_gives_the_same_points(group: str, commands: Commands) -> None:
    graded = graded_group(group)
    done = commands.run(graded.course.root, "nbgrader", "autograde", "small", "--force")
    assert done.returncode == any(result.problem for result in graded.results.values()), done.stderr
    assert scores(graded.course.root) == {name: result.points for name, result in graded.results.items()}


@pytest.mark.parametrize(
    "group", [pytest.param(g, marks=pytest.mark.xdist_group(g)) for g in sorted({p.parent.name for p in CASES})]
)
def test_nothing_is_left_behind_and_the_table_can_be_printed(group: str) -> None:
    results = graded_group(group).results
    assert results_table("small", results.values()).row_count == len(results)
    assert not [p for p in psutil.process_iter(["cmdline"]) if "987654" in (p.info["cmdline"] or [])]
