"""After a correction of what answers are judged by, nothing is executed again, and the points are the new ones."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

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


def rows(course: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook:
        return sorted(gradebook.execute(query).fetchall())


def change(course: Path, *statements: str) -> None:
    """Change the gradebook as a person at work with the formgrader would."""
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        for statement in statements:
            gradebook.execute(statement)


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


BY_HAND = (
    "select student.id, g.auto_score, g.manual_score, c.manual_comment from grade g "
    "join base_cell cell on g.cell_id = cell.id and cell.name = 'test-double' "
    "join submitted_notebook n on g.notebook_id = n.id join submitted_assignment a on n.assignment_id = a.id "
    "join student on a.student_id = student.id join comment c on c.notebook_id = n.id"
)


def everything(course: Path) -> list[object]:
    """Return what the gradebook and the graded folders say of the class."""
    pages = sorted((course / "grading" / "autograded").rglob("*.ipynb"))
    return [rows(course, BY_HAND), rows(course, "select * from autograder_entered"), [p.read_text() for p in pages]]


def test_regrade_shows_enters_and_takes_back(course: Path, command: Command, graded_class: dict[str, bytes]) -> None:
    change(course, "update comment set manual_comment = 'well done'")
    command("autograder", "grade", "small")
    before = everything(course)
    edit(course, '"rtol": 1e-6', '"rtol": 0.05')
    edit(course, 'hint="Zero', 'weight=2, hint="Zero')
    shown = command("autograder", "regrade", "small")
    assert shown.returncode == 0, shown.stderr
    assert "1 gain, 1 lose, of 3; all points together: 8 → 10.4" in shown.stdout
    checks, students = shown.stdout.split("changed students")
    assert "of a third" in checks and "of zero" in checks
    assert "bob" in students and "ada" not in students
    assert everything(course) == before, "nothing is entered"
    data = json.loads(command("autograder", "regrade", "small", "--json").stdout)
    assert [(one["student"], one["before"], round(one["after"], 3)) for one in data["students"]] == [
        ("ada", 4, 4),
        ("bob", 1, 4),
        ("cyd", 3, 2.4),
    ]
    applied = command("autograder", "regrade", "small", "--apply")
    assert applied.returncode == 0, applied.stderr
    assert scores(course) == {"ada": 4, "bob": 4, "cyd": 2.4}
    assert journal(course) == graded_class
    assert "3 students stay as they are" in command("autograder", "regrade", "small", "--apply").stdout
    undone = command("autograder", "regrade", "small", "--undo")
    assert undone.returncode == 0, undone.stderr
    assert everything(course) == before
    again = command("autograder", "regrade", "small", "--undo")
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)


def test_points_given_by_hand_stay_and_one_student_can_be_regraded(
    course: Path, command: Command, graded_class: dict[str, bytes]
) -> None:
    bobs = "update grade set manual_score = 2, needs_manual_grade = 0 where auto_score = 1"
    change(course, bobs, "update comment set manual_comment = 'well done'")
    edit(course, '"rtol": 1e-6', '"rtol": 0.05')
    edit(course, 'hint="Zero', 'weight=2, hint="Zero')
    result = command("autograder", "regrade", "small", "--student", "bob", "--apply")
    assert "Points given by hand stay" in result.stdout
    assert rows(course, BY_HAND) == [
        ("ada", 4, None, "well done"),
        ("bob", 4, 2, "well done"),
        ("cyd", 3, None, "well done"),
    ]
    command("autograder", "regrade", "small", "--apply")
    assert rows(course, BY_HAND)[2] == ("cyd", 2.4, None, "well done")
    change(course, "update grade set manual_score = 1 where auto_score = 2.4")
    path = course / "grading" / "submitted" / "ada" / "small" / "notebook.ipynb"
    path.write_text(path.read_text().replace("x + x", "2 * x + 1"))
    assert "ada: 0/4" in command("autograder", "grade", "small", "--student", "ada").stderr
    undone = command("autograder", "regrade", "small", "--undo")
    assert "Graded again since then, so they stay as they are: ada" in undone.stderr
    assert rows(course, BY_HAND) == [
        ("ada", 0, None, "well done"),
        ("bob", 4, 2, "well done"),
        ("cyd", 3, 1, "well done"),
    ]


def test_more_points_are_shown_and_taken_back(course: Path, command: Command, graded_class: dict[str, bytes]) -> None:
    points(course, 8)
    shown = command("autograder", "regrade", "small")
    assert "3/4" in shown.stdout and "6/8" in shown.stdout
    maximum = "select max_score from grade_cells"
    assert rows(course, maximum) == [(0,), (4,)]
    command("autograder", "regrade", "small", "--apply")
    assert rows(course, maximum) == [(0,), (8,)]
    command("autograder", "regrade", "small", "--undo")
    assert (rows(course, maximum), scores(course)) == ([(0,), (4,)], POINTS)


def test_what_regrade_cannot_do_is_one_sentence(course: Path, command: Command, submit: Submit) -> None:
    submit("ada", ANSWERS["ada"])
    for words in (["small"], ["small", "--undo"], ["small", "--undo", "--apply"], ["large"]):
        result = command("autograder", "regrade", *words)
        assert (result.returncode, len(result.stderr.strip().splitlines())) == (2, 1), result.stderr
    command("autograder", "grade", "small")
    assert "eve has not been graded" in command("autograder", "regrade", "small", "--student", "eve").stderr
    submitted = course / "grading" / "submitted" / "ada" / "small" / "notebook.ipynb"
    submitted.write_text("{broken")
    result = command("autograder", "regrade", "small")
    assert result.returncode == 1 and "4 → 0" in result.stdout
    assert scores(course) == {"ada": 4}
