"""Pages: how a graded notebook is shown, to its student as feedback and to its grader in nbgrader's formgrader.

Such a page loads nothing from another host. nbgrader's configuration can add preprocessors to an exporter, but no
templates. So these preprocessors change the page.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.cells import grade_id
from autograder.compat.nbconvert import replace_mathjax
from autograder.compat.nbgrader import formgrader_macros, is_formgraders
from autograder.course import source_path
from autograder.regions import Region, solutions
from autograder.seams.bounds import bound_page

POLICY = """<meta http-equiv="Content-Security-Policy" content="{}">"""
STYLE = "<style>.rendered_html td, .rendered_html th { padding: 0.1em 1em 0.1em 0; vertical-align: top }</style>"
FEEDBACK_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
# The formgrader's script waits until MathJax signals its end, so this stub signals it at once.
NO_MATHJAX = "MathJax = {Hub: {Startup: {signal: {Interest: (hear) => hear('End')}}}}"
SCRIPT = re.compile(r"""<script[^>]*>([^<]+)</script>|onclick="([^"]*)\"""")
ABOUT_STUDENT = "student", "first_name", "last_name", "notebook_path"  # what the formgrader's template does not escape


@functools.cache
def head(template: str) -> str:
    """Return what a page has in place of MathJax from another host: its policy on what it may load and run.

    The formgrader's page runs scripts of its own server, and those scripts in the page that the template has: each is
    allowed by its hash. A script from a student's notebook or a folder's name is not run.
    """
    if template != "formgrade":
        return STYLE + POLICY.format(FEEDBACK_POLICY)
    own = [NO_MATHJAX, *(script or handler for script, handler in SCRIPT.findall(formgrader_macros()))]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in own)
    policy = f"default-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-hashes' {hashes}"
    return STYLE + POLICY.format(policy) + f"<script>{NO_MATHJAX}</script>"


class NoOtherHost(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Forbids the page to load anything from another host, and to run scripts other than nbgrader's."""

    def __init__(self, **kwargs: Any) -> None:
        """Replace MathJax in the pages of the exporter that this preprocessor belongs to."""
        super().__init__(**kwargs)
        replace_mathjax(self.parent, head(self.parent.template_name))

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Escape facts about the student, which the template does not: the name of a folder may hold HTML."""
        shown = {name: html.escape(str(resources[name])) for name in ABOUT_STUDENT if resources.get(name)}
        return nb, resources | shown if is_formgraders(resources) else resources


class Bounded(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Bounds what the formgrader shows, so that a page takes seconds; `Feedback` bounds its own pages."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Cut what is too long for a page of the formgrader."""
        if is_formgraders(resources):
            bound_page(nb)
        return nb, resources


class ModelAnswers(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Shows the model answer, with its remarks on points, below each answer that a person grades."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the source's answers to a notebook in the formgrader. Other pages would give them to students."""
        if not is_formgraders(resources):
            return nb, resources
        course = CourseDirectory(config=self.config)
        source = source_path(course, resources["assignment_id"], resources["notebook_id"])
        answers = model_answers(source, solutions(self.config))
        cells = []
        for cell in nb.cells:
            cells.append(cell)
            if answer := answers.get(grade_id(cell) or ""):
                cells.append(new_markdown_cell(answer))
        nb.cells = cells
        return nb, resources


def model_answers(source: Path, region: Region) -> dict[str, str]:
    """Return grade id -> the model answer in the source notebook, for each text cell that a person grades."""
    cells = nbformat.read(source, as_version=4).cells if source.is_file() else []
    by_hand = [cell for cell in cells if cell.cell_type == "markdown" and utils.is_grade(cell)]
    answers = {cell.metadata.nbgrader.grade_id: region.split(cell.source)[1] for cell in by_hand}
    return {name: answer for name, answer in answers.items() if answer}
