"""Any nbgrader course can be graded: that of nbgrader's documentation gets the scores of stock nbgrader."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import nbgrader
import pytest

from autograder.sandbox.check import sandbox_problem

GUIDE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "guide"\n'


def run(course: Path, *arguments: str) -> None:
    scripts = Path(sys.executable).parent
    environment = os.environ | {"PATH": os.pathsep.join([str(scripts), os.environ["PATH"]])}  # as if activated
    command = [str(scripts / arguments[0]), *arguments[1:]]
    result = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def scores(gradebook: Path) -> dict[tuple[str, str], float]:
    query = (
        "select student.id, cell.name, grade.auto_score from grade join base_cell cell on grade.cell_id = cell.id "
        "join submitted_notebook n on grade.notebook_id = n.id "
        "join submitted_assignment a on n.assignment_id = a.id join student on a.student_id = student.id"
    )
    with closing(sqlite3.connect(gradebook)) as connection:
        return {(student, cell): score for student, cell, score in connection.execute(query)}


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """The documentation's course: the source of ps1 what four handed in, and no configuration of ours."""
    (tmp_path / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    shutil.copytree(GUIDE / "source" / "ps1", tmp_path / "source" / "ps1")
    handed_in = {folder.parent.name: folder for folder in (GUIDE / "submitted").glob("*/ps1")}
    handed_in |= {"teacher": GUIDE / "source" / "ps1", "beginner": GUIDE / "release" / "ps1"}
    for student, folder in handed_in.items():
        shutil.copytree(folder, tmp_path / "submitted" / student / "ps1")
    return tmp_path


@pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))
def test_a_course_that_knows_nothing_of_the_autograder_gets_the_scores_of_stock_nbgrader(guide: Path) -> None:
    stock = shutil.copytree(guide, guide / "stock")
    run(stock, "nbgrader", "generate_assignment", "ps1")
    run(stock, "nbgrader", "autograde", "ps1")
    run(guide, "autograder", "grade", "ps1")
    assert scores(guide / "gradebook.db") == scores(stock / "gradebook.db")
