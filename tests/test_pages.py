"""Pages of graded notebooks: they ask no other host for anything, and model answers are shown to graders alone."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import nbgrader
import pytest
from conftest import Command, graded
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_notebook
from traitlets.config import Config

from autograder.seams.pages import ModelAnswers, NoOtherHost

TEMPLATES = "server_extensions/formgrader/templates"
MODEL = "<!-- ### BEGIN SOLUTION -->\nBecause *two* is more.\n<!-- ### END SOLUTION -->"


def with_a_written_answer(path: Path, text: str) -> None:
    """Add an answer that a person grades to the notebook at `path`."""
    nb = nbformat.read(path, as_version=4)
    cell = graded(text, "why", grade=True, solution=True, points=2)
    nb.cells.append(
        nbformat.from_dict({key: cell[key] for key in ("id", "metadata", "source")} | {"cell_type": "markdown"})
    )
    nbformat.write(nb, path)


def test_feedback_loads_nothing_from_elsewhere_and_gives_no_model_answer_away(
    course: Path, command: Command, submit: Callable[..., Path]
) -> None:
    with_a_written_answer(course / "solutions" / "small" / "notebook.ipynb", MODEL)
    with_a_written_answer(submit("ada", "def double(x):\n    return x + x"), "I don't know.")
    assert command("autograder", "grade", "small").returncode == 0
    assert command("nbgrader", "generate_feedback", "small").returncode == 0
    page = (course / "grading" / "feedback" / "ada" / "small" / "notebook.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "I don't know." in page
    assert "Because" not in page


@pytest.mark.parametrize("delimiter", ["SOLUTION", "MODEL ANSWER"])
def test_the_formgrader_shows_the_model_answer_below_the_students(course: Path, delimiter: str) -> None:
    source = course / "solutions" / "small" / "notebook.ipynb"
    with_a_written_answer(source, MODEL.replace("SOLUTION", delimiter))
    config = Config({"CourseDirectory": {"root": str(course), "source_directory": "solutions"}})
    config.ClearSolutions.begin_solution_delimeter = f"BEGIN {delimiter}"
    config.ClearSolutions.end_solution_delimeter = f"END {delimiter}"
    submitted = nbformat.read(source, as_version=4)
    submitted.cells[-1].source = "I don't know."
    where = {"submission_id": "1", "assignment_id": "small", "notebook_id": "notebook"}
    shown, _ = ModelAnswers(parent=HTMLExporter(config=config)).preprocess(submitted, where)
    assert [cell.source for cell in shown.cells[-2:]] == ["I don't know.", "Because *two* is more."]


def test_the_formgrader_shows_html_in_a_students_name_as_text_and_runs_only_scripts_of_its_own() -> None:
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [str(Path(nbgrader.__file__).parent / TEMPLATES)]
    config.HTMLExporter.preprocessors = [NoOtherHost]
    where = {"submission_id": "1", "assignment_id": "small", "notebook_id": "notebook", "index": 0, "total": 1}
    where |= {"base_url": "", "notebook_path": "/tree/<b>x", "student": "<b>x", "first_name": "<b>x", "last_name": ""}
    page, _ = HTMLExporter(config=config).from_notebook_node(new_notebook(), where)
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page
    before, after = page.split("Content-Security-Policy")
    policy = before.rpartition("<meta")[2]
    assert "script-src 'self' 'unsafe-hashes' 'sha256-" in policy
    for script in re.findall(r"<script[^>]*>([^<]+)</script>", after):
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
