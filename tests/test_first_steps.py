"""What a newcomer meets first: output in any encoding, one sentence for an error, and no grades in git."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Command
from sqlalchemy import text

from autograder.gradebook import GradebookError, OneGradebook, create_gradebook, database_errors

Submit = Callable[..., Path]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_letters_that_a_terminal_lacks_are_replaced(
    command: Command, submit: Submit, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    submit("李雷", "def double(x):\n    return x + x")
    result = command("autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    assert "4/4" in result.stdout


def test_an_error_is_one_sentence_and_a_traceback_only_with_debug(command: Command) -> None:
    plain, debug = command("autograder", "grade", "nothing"), command("autograder", "grade", "nothing", "--debug")
    assert len(plain.stderr.splitlines()) == 1
    assert "Traceback" in debug.stderr and plain.stderr in debug.stderr


def test_a_database_that_is_full_is_told_in_one_sentence_also_where_nbgrader_wraps_the_error(tmp_path: Path) -> None:
    db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    create_gradebook(db_url)
    with OneGradebook(db_url) as gradebook:
        pages = gradebook.db.execute(text("PRAGMA page_count")).scalar()
        gradebook.db.execute(text(f"PRAGMA max_page_count = {pages}"))  # as on a disk without room
        with pytest.raises(GradebookError, match="database or disk is full"), database_errors():
            for number in range(1000):
                gradebook.add_student(f"student-{number}" + "x" * 100)


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs git and a checkout")
@pytest.mark.parametrize("name", ["grades.csv", "downloaded/small/archive.zip", "gradebook.db", "grading/journal/a.db"])
def test_git_ignores_grades_and_what_students_handed_in(name: str) -> None:
    assert subprocess.run(["git", "check-ignore", "--quiet", name], cwd=ROOT, check=False).returncode == 0
