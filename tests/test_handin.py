"""Handing in: the run, the table, the file that `autograder collect` knows, and one sentence for each error."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded, small_notebook
from IPython.core.interactiveshell import InteractiveShell
from nbformat import v4

from autograder.classroom.collect import collect
from autograder.seams.open_course import find_course
from coursekit import checks, handin, standings

HandIn = Callable[..., "subprocess.CompletedProcess[str]"]
RIGHT = "def double(x):\n    return 2 * x"


def a_test(number: int, title: str, code: str) -> nbformat.NotebookNode:
    source = f'from coursekit import checks\nwith checks.exercise({number}, "{title}"):\n    {code}'
    return graded(source, f"test-{title.lower()}", grade=True, locked=True, points=1)


def write_notebook(path: Path, *cells: nbformat.NotebookNode) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A student's folder with an assignment of two exercises; the answer to the first is right."""
    write_notebook(
        tmp_path / "assignments" / "01-first" / "first.ipynb",
        graded(RIGHT, "double", solution=True),
        a_test(1, "Double", 'checks.equal(double(3), 6, hint="Twice as much.")'),
        a_test(2, "Half", "raise NotImplementedError"),
        v4.new_markdown_cell("## Exercise 3: Why?"),
        v4.new_markdown_cell(
            "*Your answer here.*",
            metadata={"nbgrader": {"grade": True, "solution": True, "grade_id": "why", "points": 2}},
        ),
        v4.new_code_cell('from coursekit import handin\nhandin.from_notebook("01-first")'),
    )
    return tmp_path


@pytest.fixture
def hand_in(student: Path) -> HandIn:
    def run(*words: str, folder: Path = student) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "coursekit.handin", *words]
        environment = os.environ | {"PYTHONUTF8": "1"}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )

    return run


def first(student: Path) -> Path:
    return student / "assignments" / "01-first" / "first.ipynb"


def made(student: Path) -> list[str]:
    return sorted(path.relative_to(student).as_posix() for path in (student / "handin").rglob("*") if path.is_file())


def rows(text: str) -> dict[str, str]:
    """Return exercise -> state from a printed table."""
    found = re.findall(r"^\r?.*?(\d · .*?)  +(pass|fail|still to do|not run|written)\b", text, re.MULTILINE)
    return dict(found)


def test_a_run_prints_a_table_and_packs_the_notebook_as_it_was_saved(student: Path, hand_in: HandIn) -> None:
    saved = first(student).read_bytes()
    result = hand_in("01-first")
    assert result.returncode == 0, result.stderr
    assert rows(result.stdout) == {"1 · Double": "pass", "2 · Half": "still to do", "3 · Why?": "still to do"}
    assert "pass in 1 of 2 parts" in result.stdout and standings.NO_MORE_THAN in result.stdout
    assert "not saved yet are not in it" in result.stdout
    assert result.stderr == "" and first(student).read_bytes() == saved
    (name,) = made(student)
    assert re.fullmatch(r"handin/01-first-\d{4}-\d\d-\d\d-\d{6}\.zip", name) and name in result.stdout
    with zipfile.ZipFile(student / name) as archive:
        assert {entry: archive.read(entry) for entry in archive.namelist()} == {"first.ipynb": saved}


def test_a_notebook_that_fails_is_packed_and_the_hint_and_the_error_are_told(student: Path, hand_in: HandIn) -> None:
    nb = nbformat.read(first(student), 4)
    nb.cells[0].source = "def double(x):\n    return x\n1 / 0"
    nb.cells[4].source = "Because."
    nbformat.write(nb, first(student))
    result = hand_in("01-first")
    assert rows(result.stdout)["1 · Double"] == "fail" and "Twice as much." in result.stdout
    assert rows(result.stdout)["3 · Why?"] == "written"
    assert "Cell 1 (double) stopped with ZeroDivisionError: division by zero." in result.stdout
    assert made(student)


def test_endless_loops_are_stopped_and_the_rest_is_run(student: Path, hand_in: HandIn) -> None:
    (student / "handin.toml").write_text("seconds_per_cell = 8", encoding="utf-8")
    nb = nbformat.read(first(student), 4)
    nb.cells.insert(0, v4.new_code_cell("while True: pass"))
    nbformat.write(nb, first(student))
    result = hand_in("01-first")
    assert rows(result.stdout)["1 · Double"] == "pass"
    assert "Cell 1 took more than 8 seconds and was stopped" in result.stdout
    assert made(student)


def test_a_loop_that_cannot_be_interrupted_ends_the_run(student: Path, hand_in: HandIn) -> None:
    (student / "handin.toml").write_text("seconds_per_cell = 8", encoding="utf-8")
    nb = nbformat.read(first(student), 4)
    loop = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    nb.cells.insert(0, v4.new_code_cell(loop))
    nbformat.write(nb, first(student))
    result = hand_in("01-first")
    assert rows(result.stdout)["2 · Half"] == "not run"
    assert "could not be interrupted" in result.stdout
    assert made(student)


def test_a_kernel_that_dies_is_told_and_the_notebook_is_packed(student: Path, hand_in: HandIn) -> None:
    nb = nbformat.read(first(student), 4)
    nb.cells[2].source = "import os\nos._exit(1)"
    nbformat.write(nb, first(student))
    result = hand_in("01-first")
    assert result.returncode == 0
    assert "The kernel died in Cell 3 (test-half)" in result.stdout
    assert "1 · Double" in rows(result.stdout)
    assert made(student)


def test_what_a_terminal_would_obey_is_not_printed(student: Path, hand_in: HandIn) -> None:
    nb = nbformat.read(first(student), 4)
    nb.cells[0].source = 'raise ValueError("\\x1b[2J\\x1b]0;title\\x07 gone")'
    nbformat.write(nb, first(student))
    assert "\x1b" not in hand_in("01-first").stdout


@pytest.mark.parametrize("words", ["nothing", "assignments/none", ""])
def test_no_such_assignment(hand_in: HandIn, words: str) -> None:
    result = hand_in(words)
    assert result.returncode == 1
    assert result.stderr == f"There is no assignment {words!r}: choose from 01-first.\n"


@pytest.mark.parametrize("words", ["01", "01-first/", "assignments/01-first", "assignments/01-first/first.ipynb"])
def test_an_assignment_is_meant_by_its_beginning_or_its_path(student: Path, hand_in: HandIn, words: str) -> None:
    assert hand_in(words, "--no-run").returncode == 0
    assert len(made(student)) == 1


def test_a_missing_notebook(student: Path, hand_in: HandIn) -> None:
    (student / "handin.toml").write_text('[assignments]\n01-first = ["first.ipynb"]', encoding="utf-8")
    first(student).rename(first(student).with_name("mine.ipynb"))
    result = hand_in("01-first")
    assert result.stderr == (
        "assignments/01-first/first.ipynb is missing (there is mine.ipynb): give your notebook that name again.\n"
    )


@pytest.mark.parametrize("content", ["<<<<<<< HEAD\n{}", "", "[]", "{}", '{"cells": 3, "nbformat": 4}', "\xff"])
def test_a_broken_notebook(student: Path, hand_in: HandIn, content: str) -> None:
    first(student).write_bytes(content.encode("latin-1"))
    result = hand_in("01-first")
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    assert "first.ipynb is not a valid notebook" in result.stderr
    assert not (student / "handin").exists()


def test_no_course(tmp_path_factory: pytest.TempPathFactory, hand_in: HandIn) -> None:
    result = hand_in("01-first", folder=tmp_path_factory.mktemp("elsewhere"))
    assert result.stderr.startswith("There is no course here")


@pytest.mark.parametrize("text", ["form = 'paper'", "form =", "colour = 'red'", "form = 3"])
def test_wrong_settings(student: Path, hand_in: HandIn, text: str) -> None:
    (student / "handin.toml").write_text(text, encoding="utf-8")
    result = hand_in("01-first", "--no-run")
    assert result.returncode == 1 and "handin.toml" in result.stderr and "tell your instructor" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written_to(student: Path, hand_in: HandIn) -> None:
    (student / "handin").write_text("a file", encoding="utf-8")
    result = hand_in("01-first", "--no-run")
    assert result.returncode == 1 and "cannot be written" in result.stderr and "make room" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_full_disk_leaves_no_half_file(student: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(student)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(handin.HandInError, match=r"No space left on device.*make room"):
        handin.hand_in("01-first", run=False)
    assert made(student) == []


def test_own_files_are_packed_but_no_other_notebook_and_nothing_hidden(student: Path, hand_in: HandIn) -> None:
    folder = first(student).parent
    (folder / "helpers.py").write_text("X = 1", encoding="utf-8")
    (folder / ".ipynb_checkpoints").mkdir()
    for name in ("first-Copy1.ipynb", ".ipynb_checkpoints/first-checkpoint.ipynb"):
        shutil.copy(first(student), folder / name)
    result = hand_in("01-first", "--no-run")
    assert "Not packed: first-Copy1.ipynb" in result.stdout
    (name,) = made(student)
    with zipfile.ZipFile(student / name) as archive:
        assert sorted(archive.namelist()) == ["first.ipynb", "helpers.py"]


def test_the_students_own_copy_is_taken_and_named(student: Path, hand_in: HandIn) -> None:
    shutil.copytree(first(student).parent, student / "work" / "01-first")
    assert "work/01-first/first.ipynb, as saved" in hand_in("01", "--no-run", folder=student / "work").stdout


def test_the_plain_notebook_and_the_instructors_text(student: Path, hand_in: HandIn) -> None:
    text = 'form = "notebook"\ntext = "Upload it at the desk."\n[assignments]\n01-first = ["first.ipynb"]\n'
    (student / "handin.toml").write_text(text, encoding="utf-8")
    result = hand_in("01-first", "--no-run")
    assert result.stdout.endswith("Upload it at the desk.\n")
    (name,) = made(student)
    assert re.fullmatch(r"handin/01-first-[\d-]+/first\.ipynb", name)
    assert (student / name).read_bytes() == first(student).read_bytes()


def test_collect_knows_the_file(course: Path, command: Command, hand_in: HandIn) -> None:
    assert command("autograder", "release").returncode == 0
    nb = small_notebook()
    nb.cells[1].source = RIGHT
    (course / "assignments" / "small" / "notebook.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    assert hand_in("small", "--no-run", folder=course).returncode == 0
    (packed,) = (course / "handin").glob("*.zip")
    download = course / "download.zip"
    with zipfile.ZipFile(download, "w") as archive:
        archive.write(packed, f"Ada Lovelace_4711_assignsubmission_file/{packed.name}")
    result = collect(find_course(course), "small", [download], None, None, UTC)
    assert result.not_understood == []
    taken = course / "grading" / "submitted" / "ada-lovelace" / "small" / "notebook.ipynb"
    assert json.loads(taken.read_bytes())["cells"][1]["source"] == RIGHT


@pytest.mark.parametrize("answer", [NotImplementedError(), EOFError(), "no"])
def test_the_last_cell_does_nothing_without_a_yes(
    student: Path, monkeypatch: pytest.MonkeyPatch, answer: Exception | str
) -> None:
    def ask(_: str) -> str:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.chdir(first(student).parent)
    monkeypatch.setattr("builtins.input", ask)
    handin.from_notebook("01-first")
    assert not (student / "handin").exists()


def test_the_last_cell_hands_in_after_a_yes(
    student: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(first(student).parent)
    monkeypatch.setattr("builtins.input", lambda _: " Yes ")
    handin.from_notebook("01-first")
    assert made(student) and "1 · Double" in capsys.readouterr().out


def test_progress_shows_what_has_run_without_running_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(standings, "_in_this_kernel", {})
    checks.progress()
    assert "No exercise has been checked" in capsys.readouterr().out
    shell = InteractiveShell()
    for value in ("raise ValueError('odd')", "checks.equal(1, 2, hint='One more.')", "pass"):
        shell.run_cell(f"from coursekit import checks\nwith checks.exercise(1, 'Double'):\n    {value}")
    shell.run_cell("with checks.exercise(2, 'Half'):\n    raise NotImplementedError")
    shell.run_cell("with checks.exercise(3, 'Third'):\n    checks.equal(1, 2, hint='One more.')")
    capsys.readouterr()
    checks.progress()
    printed = capsys.readouterr().out
    assert rows(printed) == {"1 · Double": "pass", "2 · Half": "still to do", "3 · Third": "fail"}
    assert "One more." in printed
