"""After a correction of what answers are judged by, nothing is executed again, and the points are the new ones."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded, scores

Submit = Callable[..., Path]
HIDDEN = """with checks.exercise(1, "Double"):
    checks.equal(double(3), 6, hint="Twice as much.")
### BEGIN HIDDEN TESTS
from autograder import record
near = {"rtol": 1e-6, "atol": 0}
record("of zero", lambda: double(0), hint="Zero is a number too.")
record("of a third", lambda: double(1 / 3), **near, weight=3)
### END HIDDEN TESTS"""
ANSWERS = {
    "ada": "def double(x):\n    return x + x\nimport time; time.time_ns()",  # shows whether it was executed again
    "bob": "def double(x):\n    return round(2 * x, 2)",
    "cyd": "def double(x):\n    return 2 * x or 0.01",
}
POINTS = {"ada": 4, "bob": 1, "cyd": 3}


def source_of(course: Path) -> Path:
    return course / "solutions" / "small" / "notebook.ipynb"


def edit(course: Path, old: str, new: str, name: str = "test-double") -> None:
    """Replace a part of a cell of the solution."""
    nb = nbformat.read(source_of(course), as_version=4)
    (cell,) = [cell for cell in nb.cells if cell.id == name]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(nb, source_of(course))


def points(course: Path, value: float, name: str = "test-double") -> None:
    nb = nbformat.read(source_of(course), as_version=4)
    (cell,) = [cell for cell in nb.cells if cell.id == name]
    cell.metadata.nbgrader.points = value
    nbformat.write(nb, source_of(course))


def journal(course: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(course / "grading" / "journal" / "small.db")) as kept:
        return dict(kept.execute("select key, notebooks from executed").fetchall())


def page(course: Path, student: str = "bob") -> str:
    return (course / "grading" / "autograded" / student / "small" / "notebook.ipynb").read_text()


@pytest.fixture
def graded_class(course: Path, command: Command, submit: Submit) -> dict[str, bytes]:
    """Three students have been graded; what the journal holds of them."""
    nb = nbformat.read(source_of(course), as_version=4)
    nb.cells[2].source = HIDDEN
    text = {"grade_id": "text", "schema_version": 3, "grade": False, "solution": False, "locked": True}
    nb.cells.insert(1, nbformat.v4.new_markdown_cell("Double it.", id="text", metadata={"nbgrader": text}))
    nb.cells.append(graded("assert double(1) == 2", "test-one", grade=True, locked=True, points=0))
    nbformat.write(nb, source_of(course))
    (source_of(course).parent / "data.csv").write_text("1")
    for student, answer in ANSWERS.items():
        path = submit(student, answer)
        nb.cells[2].source = answer
        nbformat.write(nb, path)
    assert command("autograder", "grade", "small").returncode == 0
    assert scores(course) == POINTS
    return journal(course)


THIRD = 'record("of a third", lambda: double(1 / 3), **near, weight=3)'
WRAPPED = """# A corrected check.
record(
    "of a third",
    lambda: double(1 / 3),
    {}
)"""
CORRECTIONS = {
    "tolerance": ('"rtol": 1e-6', '"rtol": 0.05', POINTS | {"bob": 4}),
    "tolerance of one": ("**near,", "rtol=0.05,", POINTS | {"bob": 4}),
    "rule": (THIRD, THIRD.replace("**near", "rule=between(0.6, 0.7)"), POINTS | {"bob": 4}),
    "rule in lines": (THIRD, WRAPPED.format("rule=between(0.6, 0.7), weight=3, hint='h'"), POINTS | {"bob": 4}),
    "weight": ("weight=3", "weight=1", POINTS | {"bob": 2, "cyd": 2}),
    "dropped check": ("weight=3", "weight=0", POINTS | {"bob": 4, "cyd": 0}),
    "required": ("weight=3", "required=True", POINTS | {"bob": 0, "cyd": 0}),
    "hint": ("Zero is a number too.", "Nothing doubled is nothing.", POINTS),
}


@pytest.mark.parametrize("what", CORRECTIONS)
def test_a_correction_of_what_answers_are_judged_by_executes_nothing(
    course: Path, command: Command, graded_class: dict[str, bytes], what: str
) -> None:
    old, new, expected = CORRECTIONS[what]
    edit(course, old, new)
    if "between" in new:
        edit(course, "import record", "import between, record")
    result = command("autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    assert scores(course) == expected
    assert journal(course) == graded_class
    assert what != "hint" or "Nothing doubled is nothing." in page(course, "cyd")


def test_a_corrected_text_or_point_count_executes_nothing(
    course: Path, command: Command, graded_class: dict[str, bytes]
) -> None:
    edit(course, "Double it.", "Return twice the number.", "text")
    command("autograder", "grade", "small")
    assert "Return twice the number." in page(course)
    for value in (8, 0):  # an exercise without points is dropped
        points(course, value)
        command("autograder", "grade", "small")
        assert scores(course) == {student: value * was / 4 for student, was in POINTS.items()}
    assert journal(course) == graded_class


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("value", "double(1 / 3)", "double(2 / 3)"),
        ("name", '"of a third"', '"of one third"'),
        ("visible check", "checks.equal(double(3), 6", "checks.equal(double(4), 8"),
        ("what is hidden", "### BEGIN HIDDEN TESTS", "x = 1\n### BEGIN HIDDEN TESTS"),
        ("shown result", 'lambda: double(0), hint="Zero is a number too.")', "lambda: double(0));"),
    ],
)
def test_a_changed_test_is_executed_again(
    course: Path, command: Command, graded_class: dict[str, bytes], what: str, old: str, new: str
) -> None:
    edit(course, old, new)
    command("autograder", "grade", "small")
    assert len(journal(course)) == 2 * len(graded_class), what
    assert scores(course) == POINTS


def test_a_moved_border_between_visible_and_hidden_is_executed_again(
    course: Path, command: Command, graded_class: dict[str, bytes]
) -> None:
    """What students may see comes from a run without the hidden part."""
    edit(course, "### BEGIN HIDDEN TESTS\nfrom autograder", "from autograder")
    edit(course, "near =", "### BEGIN HIDDEN TESTS\nnear =")
    command("autograder", "grade", "small")
    assert len(journal(course)) == 2 * len(graded_class)


def test_changed_files_and_settings_are_executed_again(
    course: Path, command: Command, graded_class: dict[str, bytes]
) -> None:
    (source_of(course).parent / "data.csv").write_text("2")
    command("autograder", "grade", "small")
    assert len(journal(course)) == 2 * len(graded_class)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Execute.timeout = 119\n")
    command("autograder", "grade", "small")
    assert len(journal(course)) == 3 * len(graded_class)


def test_a_changed_text_answer_is_entered_without_executing(
    course: Path, command: Command, submit: Submit, graded_class: dict[str, bytes]
) -> None:
    path = course / "grading" / "submitted" / "ada" / "small" / "notebook.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("An afterthought."))
    nbformat.write(nb, path)
    command("autograder", "grade", "small")
    assert journal(course) == graded_class
    assert "An afterthought." in page(course, "ada")
