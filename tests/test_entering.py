"""What is printed, what the gradebook says and what pages show agree, and points given by hand stay."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded, scores

Submit = Callable[..., Path]
RIGHT = "def double(x):\n    return x + x"
WRONG = "def double(x):\n    return 6"
ROADS = [("autograder", "grade", "small"), ("nbgrader", "autograde", "small", "--force")]
LATE = "2026-03-01 12:00:00 UTC"


def change(course: Path, *statements: str) -> None:
    """Change the gradebook as somebody at work with other tools would."""
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        for statement in statements:
            gradebook.execute(statement)


def rows(course: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook:
        return sorted(gradebook.execute(query).fetchall())


def page(course: Path, student: str = "ada") -> Path:
    return course / "grading" / "autograded" / student / "small" / "notebook.ipynb"


def test_what_is_executed_again_is_entered_and_shown_again(course: Path, command: Command, submit: Submit) -> None:
    early = "import glob\ndef double(x):\n    return 2 * x if glob.glob('{}') else 6"
    sign = course / "grading" / "sign"
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.SandboxProvisioner.readable += [{str(sign.parent)!r}]\n")
    sign.parent.mkdir(exist_ok=True)
    submit("ada", early.format(sign))
    assert "ada: 0/4" in command("autograder", "grade", "small").stderr
    sign.touch()
    assert "ada: 0/4" in command("autograder", "grade", "small").stderr
    assert "ada: 4/4" in command("autograder", "grade", "small", "--force").stderr
    assert scores(course) == {"ada": 4}
    assert '"earned": 3' in page(course).read_text()


EVERYTHING = (
    "select s.student_id, g.auto_score, c.auto_comment from submitted_assignment s "
    "join submitted_notebook n on n.assignment_id = s.id join grade g on g.notebook_id = n.id "
    "join comment c on c.notebook_id = n.id join student on student.id = s.student_id"
)


def lose(course: Path, what: str) -> None:
    """Take away or change what was entered, by an SQL statement, or a file of the graded submission."""
    if what == "page":
        page(course).unlink()
    elif what == "data":
        page(course).with_name("data.csv").unlink()
    elif what == "edited page":
        page(course).chmod(0o644)
        page(course).write_text(page(course).read_text().replace('"earned": 3', '"earned": 1'))
    else:
        change(course, what)


def test_what_is_missing_or_changed_is_entered_again(course: Path, command: Command, submit: Submit) -> None:
    (submit("ada", RIGHT).parent / "data.csv").write_text("1")
    assert command("autograder", "grade", "small").returncode == 0
    entered, shown = rows(course, EVERYTHING), page(course).read_text()
    assert entered == [("ada", 4, None)]
    tables = "student", "submitted_assignment", "submitted_notebook", "grade", "comment", "autograder_entered"
    for loss in (
        *(f"delete from {table}" for table in tables),
        "update grade set auto_score = 1",
        "update comment set auto_comment = 'No response.'",
        "page",
        "data",
        "edited page",
    ):
        lose(course, loss)
        again = command("autograder", "grade", "small")
        assert (again.returncode, "ada: 4/4" in again.stderr) == (0, True), f"{loss}: {again.stderr}"
        assert rows(course, EVERYTHING) == entered, loss
        assert page(course).read_text() == shown, loss
        assert page(course).with_name("data.csv").exists(), loss


def test_a_student_removed_by_nbgrader_is_entered_again(course: Path, command: Command, submit: Submit) -> None:
    submit("ada", RIGHT)
    command("autograder", "grade", "small")
    assert command("nbgrader", "db", "student", "remove", "ada", "--force").returncode == 0
    assert "ada: 4/4" in command("autograder", "grade", "small").stderr
    assert scores(course) == {"ada": 4}


PENALTY = """
from nbgrader.plugins import LateSubmissionPlugin
class Late(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {}
"""


def test_a_penalty_follows_due_date_extension_and_the_courses_own_plugin(
    course: Path, command: Command, submit: Submit
) -> None:
    (course / "late.py").write_text(PENALTY.format(1))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"import sys\nsys.path.insert(0, {str(course)!r})\n")
        config.write("from late import Late\nc.AssignLatePenalties.plugin_class = Late\n")
    (submit("ada", RIGHT).parent / "timestamp.txt").write_text(LATE)

    def penalty() -> object:
        assert command("autograder", "grade", "small").returncode == 0
        ((found,),) = rows(course, "select late_submission_penalty from submitted_notebook")
        return found

    assert penalty() is None
    change(course, "update assignment set duedate = '2026-02-28 12:00:00'")
    assert penalty() == 1
    change(course, "update submitted_assignment set extension = '1970-01-05 00:00:00.000000'")
    assert penalty() is None
    change(course, "update submitted_assignment set extension = null")
    (course / "late.py").write_text(PENALTY.format(2))
    assert penalty() == 2


def test_points_changed_in_the_gradebook_or_the_source_are_entered(
    course: Path, command: Command, submit: Submit
) -> None:
    submit("ada", RIGHT)
    command("autograder", "grade", "small")
    source = course / "solutions" / "small" / "notebook.ipynb"
    source.write_text(source.read_text().replace('"points": 4', '"points": 8'))
    assert "ada: 8/8" in command("autograder", "grade", "small").stderr
    assert scores(course) == {"ada": 8}


def with_essay(course: Path) -> Callable[[str, str], None]:
    """Give the small course a question that a person grades; return what hands in an answer to it, and code."""
    path = course / "solutions" / "small" / "notebook.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells.append(graded("", "essay", grade=True, solution=True, points=5))
    nb.cells[-1] = nbformat.v4.new_markdown_cell("Because.", id="essay", metadata=nb.cells[-1].metadata)
    nbformat.write(nb, path)

    def hand_in(answer: str, code: str) -> None:
        nb.cells[1].source, nb.cells[3].source = code, answer
        target = course / "grading" / "submitted" / "ada" / "small" / "notebook.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(nb))

    return hand_in


BY_HAND = (
    "select cell.name, g.auto_score, g.manual_score, g.needs_manual_grade "
    "from grade g join base_cell cell on g.cell_id = cell.id"
)
REVIEW = (
    "update grade set manual_score = 3, needs_manual_grade = 0",
    "update comment set manual_comment = 'well done'",
)


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road[0])
def test_points_given_by_hand_stay_closed_while_the_answer_is_the_same(
    course: Path, command: Command, road: tuple[str, ...]
) -> None:
    hand_in = with_essay(course)
    hand_in("I think so.", RIGHT)
    command("nbgrader", "generate_assignment", "small")
    assert command(*road).returncode == 0
    assert rows(course, BY_HAND) == [("essay", None, None, 1), ("test-double", 4, None, 0)]
    change(course, *REVIEW)
    source = course / "solutions" / "small" / "notebook.ipynb"
    source.write_text(source.read_text().replace("weight=3", "weight=2"))  # a corrected hidden test
    command("nbgrader", "generate_assignment", "small", "--force")
    assert command(*road).returncode == 0
    assert rows(course, BY_HAND) == [("essay", None, 3, 0), ("test-double", 4, 3, 0)]
    hand_in("I think not.", WRONG)
    assert command(*road).returncode == 0
    assert rows(course, BY_HAND) == [("essay", None, 3, 1), ("test-double", 0, 3, 1)]
    assert {("well done",)} <= set(rows(course, "select manual_comment from comment"))


def test_a_notebook_that_was_not_handed_in_stays_closed_when_a_person_has_looked(
    course: Path, command: Command, submit: Submit
) -> None:
    submit("ada", content="{broken")
    command("autograder", "grade", "small")
    change(course, *REVIEW)
    command("autograder", "grade", "small")
    assert rows(course, BY_HAND) == [("test-double", 0, 3, 0)]
    (course / "grading" / "submitted" / "ada" / "small" / "notebook.ipynb").write_text("[]")
    command("autograder", "grade", "small")
    assert rows(course, BY_HAND) == [("test-double", 0, 3, 1)]


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road[0])
def test_feedback_goes_with_its_grade(course: Path, command: Command, submit: Submit, road: tuple[str, ...]) -> None:
    path = submit("ada", WRONG)
    command("nbgrader", "generate_assignment", "small")
    shown = course / "grading" / "feedback" / "ada" / "small" / "notebook.html"
    for answer, points in ((WRONG, "0.0"), (RIGHT, "4.0")):
        path.write_text(path.read_text().replace(json.dumps(WRONG), json.dumps(answer)))
        assert command(*road).returncode == 0
        assert command("nbgrader", "generate_feedback", "small").returncode == 0
        assert f"Score: {points} / 4.0" in shown.read_text()
    command(*road)
    assert shown.exists(), "what is still true stays"


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road[0])
def test_a_folder_that_no_id_can_name_is_told_and_never_entered(
    course: Path, command: Command, submit: Submit, road: tuple[str, ...]
) -> None:
    names = ["<b>ada<b>", 'a"b', "a&b", "a" * 129]
    for name in (*names, "o'brien"):
        submit(name, RIGHT)
    command("nbgrader", "generate_assignment", "small")
    result = command(*road)
    lines = [line for line in result.stderr.splitlines() if "is not named by a student id: rename it" in line]
    assert len(lines) == len(names) and all(any(name in line for line in lines) for name in names)
    assert rows(course, "select id from student") == [("o'brien",)]
    assert scores(course) == {"o'brien": 4}
