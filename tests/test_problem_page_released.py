"""The page of who could not be graded is released as feedback is, and goes when the work can be graded."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Command, scores, small_notebook

RIGHT = "def double(x):\n    return x + x"


@pytest.mark.parametrize("words", [("autograder", "grade", "small"), ("nbgrader", "autograde", "small", "--force")])
def test_the_page_is_released_and_goes_with_the_next_grade(
    course: Path, command: Command, submit: Callable[..., Path], words: tuple[str, ...]
) -> None:
    (course / "exchange").mkdir(mode=0o777)
    (course / "exchange").chmod(0o777)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.Exchange.root = {str(course / 'exchange')!r}\n")
    handed_in = submit("ada", content="no notebook")
    handed_in.with_name("submission_secret.txt").write_text("a secret of ada's")
    handed_in.with_name("timestamp.txt").write_text("2026-11-28 18:00:00 UTC")
    assert command("autograder", "release").returncode == 0
    assert command(*words).returncode == 1
    done = command("nbgrader", "release_feedback", "small")
    assert done.returncode == 0, done.stderr
    name = hashlib.md5(b"a secret of ada'snotebook", usedforsecurity=False).hexdigest()
    (released,) = (course / "exchange").rglob(f"{name}.html")
    assert "could not be graded" in released.read_text(encoding="utf-8")

    nb = small_notebook()
    nb.cells[1].source = RIGHT
    handed_in.write_text(json.dumps(nb), encoding="utf-8")
    page = course / "grading" / "feedback" / "ada" / "small" / "notebook.html"
    assert command(*words).returncode == 0
    assert scores(course) == {"ada": 4}
    assert not page.exists(), "an older page says what is no longer true"
    assert command("nbgrader", "generate_feedback", "small").returncode == 0
    assert command("nbgrader", "release_feedback", "small").returncode == 0
    assert "Score: 4.0 / 4.0" in released.read_text(encoding="utf-8")
