"""A release that cannot be made, or is interrupted, ends in one sentence that says why and what to do."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Command

OLDER = "724cde206c17"  # a revision of nbgrader's tables
WAITING = """import pathlib, time
from nbgrader.preprocessors import NbGraderPreprocessor

class Wait(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        pathlib.Path("reached").touch()
        time.sleep(300)
        return nb, resources
"""


def older(course: Path) -> None:
    """Have the gradebook say that it is of an older nbgrader."""
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute(f"update alembic_version set version_num = '{OLDER}'")


@pytest.mark.parametrize("words", [("release",), ("grade", "small")], ids=lambda words: words[0])
def test_an_older_gradebook_is_named_with_what_to_do(
    course: Path, command: Command, submit: object, words: tuple[str, ...]
) -> None:
    assert command("autograder", "release").returncode == 0
    submit("ada", "def double(x):\n    return x + x")  # type: ignore[operator]  # a fixture's function
    older(course)
    done = command("autograder", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().count("\n") == 0
    assert "another version of nbgrader" in done.stderr and "`nbgrader db upgrade`" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_release_says_so(course: Path, number: int) -> None:
    (course / "waiting.py").write_text(WAITING, encoding="utf-8")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"import sys\nsys.path.insert(0, {str(course)!r})\nimport waiting\n")
        config.write("c.GenerateAssignment.preprocessors = [waiting.Wait]\n")
    program = [str(Path(sys.executable).parent / "autograder"), "release"]
    with subprocess.Popen(program, cwd=course, stderr=subprocess.PIPE, text=True) as process:
        while not (course / "reached").exists():
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert said == "Interrupted: the same command goes on where this one stopped.\n"
    assert process.returncode == 130
