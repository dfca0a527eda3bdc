"""A course may configure other delimiters than nbgrader's default ones: every step honours them."""

from pathlib import Path

import nbformat
import pytest
from conftest import SOLUTION, Command, scores

DELIMITERS = {
    "ClearSolutions.begin_solution_delimeter": "BEGIN ANSWER",
    "ClearSolutions.end_solution_delimeter": "END ANSWER",
    "ClearHiddenTests.begin_test_delimeter": "BEGIN SECRETS",
    "ClearHiddenTests.end_test_delimeter": "END SECRETS",
}


@pytest.fixture
def course(course: Path) -> Path:
    """The small course with other delimiters, and with a required record for what its visible check looks at."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("".join(f"c.{name} = {text!r}\n" for name, text in DELIMITERS.items()))
    path = course / "solutions" / "small" / "notebook.ipynb"
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        cell.source = cell.source.replace("SOLUTION", "ANSWER").replace("HIDDEN TESTS", "SECRETS")
    required = 'record("of three", lambda: double(3), required=True)'
    nb.cells[2].source = nb.cells[2].source.replace('record("of zero"', f'{required}\nrecord("of zero"')
    nbformat.write(nb, path)
    return course


def test_a_release_has_neither_answers_nor_hidden_tests_and_verifies(course: Path, command: Command) -> None:
    assert command("autograder", "release", "small").returncode == 0
    released = (course / "assignments" / "small" / "notebook.ipynb").read_text(encoding="utf-8")
    assert not [text for text in ("ANSWER", "SECRETS", "2 * x", "record(") if text in released]
    result = command("autograder", "verify", "small")
    assert (result.returncode, result.stderr.strip()) == (0, "")


@pytest.mark.parametrize("road", [("autograder", "grade", "small"), ("nbgrader", "autograde", "small")])
def test_cells_without_metadata_are_recognised_and_feedback_shows_no_hidden_test(
    course: Path, command: Command, road: tuple[str, ...]
) -> None:
    assert command("autograder", "release", "small").returncode == 0
    nb = nbformat.read(course / "assignments" / "small" / "notebook.ipynb", as_version=4)
    nb.cells[1].source = SOLUTION
    for number, cell in enumerate(nb.cells):
        cell.metadata, cell.id = {}, f"new-{number}"  # what an editor may leave
    folder = course / "grading" / "submitted" / "ada" / "small"
    folder.mkdir(parents=True)
    nbformat.write(nb, folder / "notebook.ipynb")
    graded = command(*road)
    assert graded.returncode == 0, graded.stderr
    assert scores(course) == {"ada": 4}
    made = command("nbgrader", "generate_feedback", "small")
    assert made.returncode == 0, made.stderr
    page = (course / "grading" / "feedback" / "ada" / "small" / "notebook.html").read_text(encoding="utf-8")
    assert "of zero" in page, "the verdict"
    assert not [text for text in ("SECRETS", "lambda") if text in page]
