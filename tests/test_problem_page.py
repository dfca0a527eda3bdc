"""Who hands in what cannot be graded gets a page that says why, and what to do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Command

from autograder.grading.problem_page import write_problem_pages


def pages(folder: Path, why: str) -> str:
    """Return the page that is written for this reason."""
    write_problem_pages(folder / "feedback", folder / "submitted" / "ada" / "small", ["notebook"], why)
    return (folder / "feedback" / "notebook.html").read_text(encoding="utf-8")


def test_the_page_names_files_as_the_student_knows_them_and_escapes_what_is_the_students(tmp_path: Path) -> None:
    page = pages(tmp_path, f"{tmp_path}/submitted/ada/small/notebook.ipynb is missing; the folder holds <b>.ipynb.")
    assert "<blockquote>notebook.ipynb is missing; the folder holds &lt;b&gt;.ipynb.</blockquote>" in page
    assert "Hand it in again" in page
    assert str(tmp_path) not in page
    assert "<script" not in page


def test_the_page_does_not_quote_an_error_of_the_graders_own(tmp_path: Path) -> None:
    why = f"{tmp_path}/submitted/ada/small could not be executed (OSError: /srv/grader: secret (2))."
    assert "<blockquote>The folder could not be executed.</blockquote>" in pages(tmp_path, why)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_nbgraders_exchange_finds_the_students_secret_and_no_link_is_followed(tmp_path: Path) -> None:
    submitted = tmp_path / "submitted" / "ada" / "small"
    submitted.mkdir(parents=True)
    (submitted / "timestamp.txt").write_text("2026-11-28 18:00:00 UTC")
    (tmp_path / "other").write_text("a secret of somebody else")
    (submitted / "submission_secret.txt").symlink_to(tmp_path / "other")
    pages(tmp_path, "no")
    assert (tmp_path / "feedback" / "timestamp.txt").read_text() == "2026-11-28 18:00:00 UTC"
    assert len((tmp_path / "feedback" / "submission_secret.txt").read_text()) == 64


@pytest.mark.parametrize("command_words", [("autograder", "grade"), ("nbgrader", "autograde")])
def test_both_roads_write_the_page_and_making_feedback_keeps_it(
    course: Path, command: Command, submit: Callable[..., Path], command_words: tuple[str, str]
) -> None:
    submit("ada", content="no notebook")
    submit("zoe", "def double(x):\n    return x + x")
    command("nbgrader", "generate_assignment", "small", "--force")
    command(*command_words, "small")
    assert command("nbgrader", "generate_feedback", "small").returncode == 0
    page = (course / "grading" / "feedback" / "ada" / "small" / "notebook.html").read_text(encoding="utf-8")
    assert "notebook.ipynb is not a notebook that can be read" in page
    assert str(course) not in page
