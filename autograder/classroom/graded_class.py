"""Graded class: what each student's graded notebooks hold, read once for a report."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4.rwbase import rejoin_lines
from nbgrader import utils
from nbgrader.api import Comment, Gradebook, SubmittedAssignment, SubmittedNotebook

from autograder.cells import grade_id
from autograder.course import Course
from autograder.grading.results import Result, result_of
from autograder.submissions.matching import plain
from autograder.submissions.repair import read_source

Key = tuple[str, str]  # a notebook's name and a cell's grade id
PROBLEM = "Needs a look: "  # how the comments of a submission begin that could not be graded
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True)
class Template:
    """What an assignment gives its students, and what its solution holds."""

    cells: tuple[Key, ...] = ()  # the graded cells, in their order
    exercises: tuple[Key, ...] = ()  # the first solution cells of the exercises, in their order
    titles: Mapping[Key, str] = field(default_factory=dict)  # graded cell -> the heading above it
    given: Collection[str] = ()  # texts of all released cells, spaces normalised
    code: tuple[str, ...] = ()  # all code of release and solution


@dataclass(frozen=True)
class Paper:
    """One student's graded work."""

    student: str
    result: Result
    code: Mapping[Key, str]  # exercise -> the code that the student wrote for it
    touched: Collection[Key]  # exercises whose cells are not as they were released


def read_template(course: Course, gradebook: Gradebook, assignment: str) -> Template:
    """Return what an assignment's notebooks give, from the gradebook and the source."""
    cells, exercises, titles, given, code = [], [], {}, set(), []
    for name in course.notebooks(assignment):
        path = course.folder("source", assignment) / f"{name}.ipynb"
        released = read_source(gradebook, assignment, name, path, course.config).cells
        source = nbformat.read(path, as_version=4).cells
        title = None
        for cell in source:
            if cell.cell_type == "markdown" and (headings := HEADING.findall(cell.source)):
                title = headings[-1]
            if utils.is_grade(cell) or utils.is_task(cell):
                key = name, cell.metadata.nbgrader.grade_id
                cells.append(key)
                titles[key] = title or ""
        exercises += [(name, one) for one in dict.fromkeys(each for _, each in _with_exercise(source)) if one]
        both = [*released.values(), *source]
        given |= {plain(cell.source) for cell in both}
        code += [cell.source for cell in both if cell.cell_type == "code"]
    return Template(tuple(cells), tuple(exercises), titles, given, tuple(code))


def _with_exercise(cells: Iterable[NotebookNode]) -> Iterable[tuple[NotebookNode, str]]:
    """Yield each cell with the exercise that it belongs to: the grade id of a solution cell, "" before the first."""
    exercise, answered = "", False  # whether a graded cell has followed the exercise's solution
    for cell in cells:
        if utils.is_solution(cell) and (answered or not exercise):
            exercise, answered = cell.metadata.nbgrader.grade_id, False
        answered = answered or utils.is_grade(cell) or utils.is_task(cell)
        yield cell, exercise


def read_paper(course: Course, assignment: str, student: str, template: Template) -> Paper | None:
    """Return a student's graded work; None if the graded notebooks are not there or cannot be read."""
    folder = course.folder("autograded", assignment, student)
    notebooks: dict[str, NotebookNode] = {}
    code: dict[Key, list[str]] = {}
    touched: set[Key] = set()
    try:
        for name in course.notebooks(assignment):
            path = folder / f"{name}.ipynb"
            if not path.exists():  # this notebook was not handed in
                continue
            nb = _as_notebook(json.loads(path.read_bytes()))
            notebooks[name] = nb
            for cell, exercise in _with_exercise(nb.cells):
                own = cell.source.strip() and plain(cell.source) not in template.given and not utils.is_locked(cell)
                if not own or not exercise or not (utils.is_solution(cell) or not grade_id(cell)):
                    continue
                if utils.is_solution(cell):
                    touched.add((name, exercise))
                if cell.cell_type == "code":
                    code.setdefault((name, exercise), []).append(cell.source)
        result = result_of(student, notebooks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    joined = {key: "\n\n".join(parts) for key, parts in code.items()}
    return Paper(student, result, joined, touched) if notebooks else None


def _as_notebook(content: dict[str, Any]) -> NotebookNode:
    """Return a notebook without most outputs: only the first one of a cell holds its points."""
    for cell in content["cells"]:
        if "outputs" in cell:
            cell["outputs"] = cell["outputs"][:1]
    return rejoin_lines(nbformat.from_dict(content))  # nbgrader itself writes texts as lists of lines


def problems_of(gradebook: Gradebook, assignment: str) -> dict[str, str]:
    """Return student -> why their submission or a notebook of it could not be graded."""
    query = (
        gradebook.db.query(SubmittedAssignment.student_id, Comment.auto_comment)
        .select_from(Comment)
        .join(SubmittedNotebook, SubmittedNotebook.id == Comment.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .filter(SubmittedAssignment.assignment_id == gradebook.find_assignment(assignment).id)
        .filter(Comment.auto_comment.startswith(PROBLEM, autoescape=True))
    )
    return {student: text.removeprefix(PROBLEM) for student, text in query}
