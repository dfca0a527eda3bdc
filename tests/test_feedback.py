"""Feedback tells what a visible check says, and nothing that code could have learned from a hidden test."""

import base64
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.execution.outputs import error_output
from autograder.judging.verdicts import METADATA, VISIBLE, Verdict
from autograder.seams.feedback import FAILED, NOTE, Feedback

Submit = Callable[..., Path]
WRONG = "def double(x):\n    return 6"
PARTLY = "def double(x):\n    return 2 * int(x)"
SECRET = base64.b32encode(b'double("ab"').decode().rstrip("=")  # of a hidden test's source
# Quotes that source in a disguise, in an error.
QUOTES = """def double(x):
    import base64
    source = get_ipython().user_ns["In"][-1]
    if {}:
        start = source.index("double(" + chr(34))
        raise ValueError("in the source stands " + base64.b32encode(source[start:start + 11].encode()).decode())
    return 2 * x"""


def add(path: Path, *cells: nbformat.NotebookNode) -> None:
    """Add cells of the student's own to the notebook at `path`."""
    nb = nbformat.read(path, as_version=4)
    nb.cells += cells
    nbformat.write(nb, path)


def feedback(course: Path, command: Command, student: str) -> str:
    """Return the page that a student gets; all that are submitted are graded."""
    for arguments in (("autograder", "grade", "small"), ("nbgrader", "generate_feedback", "small")):
        result = command(*arguments)
        assert result.returncode == 0, result.stderr
    return (course / "grading" / "feedback" / student / "small" / "notebook.html").read_text(encoding="utf-8")


def test_a_visible_check_that_fails_tells_what_it_tells_at_home(course: Path, command: Command, submit: Submit) -> None:
    path = submit("ada", "def double(x):\n    return 7")
    add(path, new_code_cell("print(6 * 7, 'in a cell of my own')"))
    page = feedback(course, command, "ada")
    assert "hint: Twice as much." in page
    assert "42 in a cell of my own" in page, "an ordinary cell shows what it shows without hidden tests"


@pytest.mark.parametrize("where", ["x == 3 and 'HIDDEN' in source", "x == 0"], ids=["visible part", "record"])
def test_an_error_made_from_a_hidden_test_is_not_shown(
    course: Path, command: Command, submit: Submit, where: str
) -> None:
    submit("eve", QUOTES.format(where))
    assert SECRET not in feedback(course, command, "eve")


def test_an_error_of_a_cell_after_hidden_tests_is_named_and_not_quoted(
    course: Path, command: Command, submit: Submit
) -> None:
    own = "import base64\nraise ValueError(base64.b32encode(''.join(In)[-60:-10].encode()).decode() + str(6 * 7) * 5)"
    add(submit("eve", PARTLY), new_code_cell(own))
    page = feedback(course, command, "eve")
    assert "stopped with an error: run this cell in your notebook to see why" in page
    assert "4242424242" not in page


def test_a_hidden_test_that_fails_shows_its_name_and_its_hint(course: Path, command: Command, submit: Submit) -> None:
    submit("ada", PARTLY)
    page = feedback(course, command, "ada")
    assert "of text" in page
    assert "hint: secret-hint" in page


def test_making_feedback_starts_no_kernel(course: Path, command: Command, submit: Submit) -> None:
    submit("ada", "def double(x):\n    return 7")
    assert command("autograder", "grade", "small").returncode == 0
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("from autograder.execution.execute import Execute\nExecute.run_once = None\n")
        config.write('c.Reference.depends_on = ["no_such_package"]\n')
    assert command("nbgrader", "generate_feedback", "small").returncode == 0
    page = (course / "grading" / "feedback" / "ada" / "small" / "notebook.html").read_text(encoding="utf-8")
    assert "hint: Twice as much." in page


def test_where_there_was_no_second_run_a_sentence_stands_for_the_message() -> None:
    verdict = asdict(Verdict(VISIBLE, 0, 1, "Not 6.", ""))
    cell = graded("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS", "test", locked=True, grade=True, points=1)
    cell.outputs, cell.metadata[METADATA] = [error_output("E", "Not 6.")], {"verdicts": [verdict]}
    nb, _ = Feedback().preprocess(new_notebook(cells=[cell]), {})
    shown = str(nb.cells[0].outputs)
    assert "stopped before the hidden tests: run this cell in your notebook to see why" in shown
    assert "Not 6." not in shown


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("a" + " " * 200_000 + "b"),
        new_markdown_cell("\\begin{a}" * 22_000),
        new_code_cell("if 0:\n    " + "a." * 30_000 + "a"),
    ],
    ids=["spaces", "begin", "line"],
)
def test_a_text_that_takes_long_to_render_does_not_stop_the_class(
    course: Path, command: Command, submit: Submit, cell: nbformat.NotebookNode
) -> None:
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.Execute.timeout = 5\n")  # running the line takes long, too
    add(submit("ada", PARTLY), cell)
    submit("zoe", "def double(x):\n    return x + x")
    assert command("autograder", "grade", "small").returncode == 0
    begun = time.monotonic()
    assert "of zero" in feedback(course, command, "zoe")
    assert time.monotonic() - begun < 60
    page = (course / "grading" / "feedback" / "ada" / "small" / "notebook.html").read_text(encoding="utf-8")
    assert "left out" in page or "a" + " " * 200 + "b" in page


def test_hidden_tests_between_delimiters_of_the_courses_own_are_not_shown(
    course: Path, command: Command, submit: Submit
) -> None:
    source = course / "solutions" / "small" / "notebook.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("HIDDEN TESTS", "SECRETS"), encoding="utf-8")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('c.ClearHiddenTests.begin_test_delimeter = "BEGIN SECRETS"\n')
        config.write('c.ClearHiddenTests.end_test_delimeter = "END SECRETS"\n')
    submit("ada", PARTLY)
    page = feedback(course, command, "ada")
    assert "hint: secret-hint" in page
    assert "SECRETS" not in page
    assert "lambda" not in page


@pytest.mark.parametrize("failing", [{0, 1, 2, 3}, {1, 2}, {1, 3}, {3}, set()])
def test_cells_after_hidden_tests_tell_at_most_which_of_them_failed_first(failing: set[int]) -> None:
    cells = [new_code_cell("", outputs=[error_output("E", "x")] if place in failing else []) for place in range(4)]
    hiding = graded("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS", "test", locked=True)
    nb, _ = Feedback().preprocess(new_notebook(cells=[hiding, *cells]), {})
    told = [[output.text for output in cell.outputs] for cell in nb.cells[1:]]
    expected: list[list[str]] = [[NOTE], [], [], []]
    if failing:
        expected[min(failing)].insert(0, FAILED)
    assert told == expected


def test_a_remark_for_the_instructor_is_not_in_feedback() -> None:
    verdict = asdict(Verdict("accuracy", 1, 1, "", "", remark="For the instructor: look at this."))
    cell = graded("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS", "test", locked=True, grade=True, points=1)
    cell.metadata[METADATA] = {"verdicts": [verdict]}
    nb, _ = Feedback().preprocess(new_notebook(cells=[cell]), {})
    assert "accuracy" in str(nb.cells[0].outputs)
    assert "For the instructor" not in str(nb.cells[0].outputs)
