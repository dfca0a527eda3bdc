"""Cells whose nbgrader metadata an editor dropped: which of the source's they stand for, and what the remarks say."""

import json
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest
from conftest import graded

from autograder.submissions.intake import read_submitted_notebook
from autograder.submissions.repair import Source, repair

ANSWERS = {"add": "def add(x):\n    return 1", "double": "def double(x):\n    return 2", "essay": "So."}
SOLUTIONS = ("def add(x):\n    pass", "def double(x):\n    pass")


def essay(text: str, cell_id: str = "essay") -> nbformat.NotebookNode:
    facts = {"grade": True, "solution": True, "locked": False, "schema_version": 3, "grade_id": "essay", "points": 2}
    return v4.new_markdown_cell(text, id=cell_id, metadata={"nbgrader": facts})


def source_cells() -> list[nbformat.NotebookNode]:
    hidden = "\n### BEGIN HIDDEN TESTS\nrecord(1)\n### END HIDDEN TESTS"
    return [
        graded("import sys", "setup", locked=True),
        graded(SOLUTIONS[0], "add", solution=True),
        graded(SOLUTIONS[1], "double", solution=True),
        graded("double(3)" + hidden, "test-double", locked=True, grade=True, points=2),
        v4.new_markdown_cell("Now explain.", id="explain"),
        essay("*Your answer here.*"),
    ]


def source() -> Source:
    cells = [cell for cell in source_cells() if "nbgrader" in cell.metadata]
    return Source({cell.metadata.nbgrader.grade_id: cell for cell in cells}, {}, {"Now explain."})


def submission() -> list[nbformat.NotebookNode]:
    cells = source_cells()
    for place, name in {1: "add", 2: "double", 5: "essay"}.items():
        cells[place].source = ANSWERS[name]
    cells[3].source = "double(3)"
    return cells


def lose(cells: list[nbformat.NotebookNode], *places: int, ids: bool = False) -> list[nbformat.NotebookNode]:
    """Take the metadata of some cells, of all where none are named, and with `ids` their ids too."""
    for place in places or range(len(cells)):
        cells[place].metadata = {}
        if ids:
            cells[place].id = f"lost-{place}"
    return cells


def repaired(folder: Path, cells: list[Any]) -> tuple[dict[str, str], str]:
    """Return which cell stands for each of the source's cells, and the remarks."""
    path = folder / "ada" / "small" / "nb.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(v4.new_notebook(cells=cells)), encoding="utf-8")
    repaired = repair(read_submitted_notebook(path), source(), path.name)
    cells = [cell for cell in repaired.notebook.cells if "nbgrader" in cell.metadata]
    assert [cell.metadata.nbgrader.grade_id for cell in cells] == list(source().cells), "each once, in order"
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}, " ".join(repaired.remarks)


@pytest.mark.parametrize("places", [(), (1,), (1, 2, 3), (0, 2, 5)])
def test_a_cell_without_metadata_is_known_by_its_id(tmp_path: Path, places: tuple[int, ...]) -> None:
    cells, told = repaired(tmp_path, lose(submission(), *places))
    assert (ANSWERS.items() <= cells.items(), told) == (True, "")


@pytest.mark.parametrize("places", [(), (1,), (1, 2), (1, 2, 3), (5,)])
def test_without_its_id_too_by_its_text_or_its_place(tmp_path: Path, places: tuple[int, ...]) -> None:
    cells, told = repaired(tmp_path, lose(submission(), *places, ids=True))
    assert ANSWERS.items() <= cells.items()
    assert "nb.ipynb: cells without nbgrader's metadata, recognised by their place:" in told
    assert "missing" not in told


def test_of_two_possible_answers_none_is_taken(tmp_path: Path) -> None:
    cells = lose(submission(), 5, ids=True)
    cells.append(v4.new_markdown_cell("Or so."))
    found, told = repaired(tmp_path, cells)
    assert found["essay"] == "*Your answer here.*"
    assert told == "nb.ipynb: missing cells, put back as released: essay."


def test_a_text_of_the_source_is_no_answer(tmp_path: Path) -> None:
    found, told = repaired(tmp_path, submission()[:5])
    assert found["essay"] == "*Your answer here.*" and "missing cells, put back as released: essay." in told


def test_a_cell_that_has_its_metadata_wins_over_one_with_its_id(tmp_path: Path) -> None:
    cells = submission()
    cells[2].id = "other"
    cells.insert(0, v4.new_code_cell("own", id="double"))
    assert repaired(tmp_path, cells)[0]["double"] == ANSWERS["double"]


def test_a_notebook_without_any_cell_of_the_source_is_another_one() -> None:
    cells = [v4.new_code_cell("def double(x):\n    return 2", id="x", metadata={})]
    assert not repair(v4.new_notebook(cells=cells), source(), "nb.ipynb").recognised
