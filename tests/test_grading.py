"""Submissions go through the real commands: points, messages, and bad input that harms nobody else."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Command, scores

from autograder.files import write_files

RIGHT = "def double(x):\n    return x + x"
WRONG = "def double(x):\n    return 6"
PARTLY = "def double(x):\n    return 2 * int(x)"
Submit = Callable[..., Path]


def test_points_reach_the_gradebook_and_stderr_costs_none(course: Path, command: Command, submit: Submit) -> None:
    for student, answer in {"right": RIGHT, "wrong": WRONG, "partly": PARTLY}.items():
        submit(student, answer)
    result = command("autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    assert scores(course) == {"right": 4, "wrong": 0, "partly": 1}
    assert "secret-hint" in result.stdout
    assert not (course / "assignments").exists(), "where somebody may be at work, nothing is written"


def test_nbgraders_own_commands_give_the_same(course: Path, command: Command, submit: Submit) -> None:
    submit("ada", PARTLY)
    for arguments in (("generate_assignment", "small"), ("autograde", "small"), ("generate_feedback", "small")):
        result = command("nbgrader", *arguments)
        assert result.returncode == 0, result.stderr
    assert scores(course) == {"ada": 1}
    feedback = (course / "grading" / "feedback" / "ada" / "small" / "notebook.html").read_text(encoding="utf-8")
    assert "secret-hint" in feedback
    assert "of zero" in feedback
    assert "HIDDEN" not in feedback and 'double("ab")' not in feedback
    assert command("nbgrader", "export").returncode == 0


def test_under_nbgraders_own_command_too_a_given_file_wins_over_a_students_folder_and_the_other_way_round(
    course: Path, command: Command, submit: Submit
) -> None:
    write_files({"factor": b"2", "factors/two": b"2"}, course / "solutions" / "small")
    assert command("nbgrader", "generate_assignment", "small").returncode == 0
    for student, own in {"ada": "factor/of/ada", "bob": "factors"}.items():
        reads = "def double(x):\n    assert open('factor').read() == open('factors/two').read()\n    return x + x"
        write_files({own: b"own"}, submit(student, reads).parent)
    result = command("nbgrader", "autograde", "small")
    assert result.returncode == 0, result.stderr
    assert scores(course) == {"ada": 4, "bob": 4}
    kept = [path for path in (course / "grading" / "submitted").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept].count(b"own") == 2, "nothing is lost"


def test_a_students_own_version_of_a_given_file_counts_where_the_course_says_so(
    course: Path, command: Command, submit: Submit
) -> None:
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.Autograde.exclude_overwriting = {'small': ['answer.py']}\n")
    write_files({"answer.py": b"raise NotImplementedError", "given.py": b""}, course / "solutions" / "small")
    folder = submit("ada", "import given\nfrom answer import double").parent
    write_files({"answer.py": b"def double(x): return x + x", "given.py": b"1 / 0"}, folder)
    assert command("autograder", "grade", "small").returncode == 0
    assert scores(course) == {"ada": 4}


ROADS = [("autograder", "grade", "small"), ("nbgrader", "autograde", "small", "--force")]


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road[0])
def test_where_a_submission_cannot_be_copied_an_older_grade_does_not_stay(
    course: Path, command: Command, submit: Submit, road: tuple[str, ...]
) -> None:
    folder, renamed = submit("ada", RIGHT).parent, submit("bob", RIGHT)
    assert command(*road).returncode == 0
    assert scores(course) == {"ada": 4, "bob": 4}
    room = os.pathconf(folder, "PC_PATH_MAX") - len(str(folder)) - 3
    as_long_as_can_be = ((199 * "a" + "/") * 21)[:room] + "b"  # where it is copied to is longer
    write_files({as_long_as_can_be: b""}, folder)
    renamed.replace(renamed.with_name("other.ipynb"))
    assert command(*road).returncode == 1
    assert scores(course) == {"ada": 0, "bob": 0}
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook:
        comments = [comment for (comment,) in gradebook.execute("select auto_comment from comment")]
    reasons = "could not be graded (OSError: ", "is missing; the folder holds other.ipynb"
    assert all(reason in comment for comment, reason in zip(comments, reasons, strict=True)), comments


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road[0])
def test_a_broken_time_stops_nobody(course: Path, command: Command, submit: Submit, road: tuple[str, ...]) -> None:
    ways: dict[str, Callable[[Path], None]] = {"text": Path.touch, "pipe": os.mkfifo, "folder": Path.mkdir}
    for student, breaks in ways.items():
        breaks(submit(student, RIGHT).parent / "timestamp.txt")
        (course / "grading" / "autograded" / student / "small").mkdir(parents=True)  # as an earlier one leaves
    (course / "grading" / "submitted" / "text" / "small" / "timestamp.txt").write_text("soon")
    submit("zoe", RIGHT)
    result = command(*road)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("holds no time that can be read") == 3
    assert scores(course) == {"text": 4, "pipe": 4, "folder": 4, "zoe": 4}


def test_a_new_gradebook_is_what_nbgrader_makes(course: Path, command: Command) -> None:
    made, own = course / "grading" / "gradebook.db", course / "own.db"
    assert command("autograder", "release", "small").returncode == 0
    assert command("nbgrader", "generate_assignment", "small", f"--db=sqlite:///{own}", "--force").returncode == 0
    found = []
    for path in (made, own):
        with closing(sqlite3.connect(path)) as gradebook:
            tables = "select name, sql from sqlite_master where name not like '%alembic%'"
            version = "select version_num from alembic_version"
            found.append([sorted(gradebook.execute(query).fetchall(), key=str) for query in (tables, version)])
    assert found[0] == found[1]
    assert command("nbgrader", "db", "upgrade").returncode == 0


def test_validate_tells_a_student_what_is_still_to_do(course: Path, command: Command) -> None:
    assert command("autograder", "release", "small").returncode == 0
    result = command("nbgrader", "validate", "assignments/small/notebook.ipynb")
    assert "Exercise 1 is still to do" in result.stdout


def test_a_release_holds_no_solution_and_no_hidden_test_and_repeats_to_the_byte(course: Path, command: Command) -> None:
    command("autograder", "release", "small")
    released = course / "assignments" / "small" / "notebook.ipynb"
    first = released.read_bytes()
    command("nbgrader", "generate_assignment", "small", "--force")
    assert first == released.read_bytes()
    for secret in (b"2 * x", b"secret-hint", b"HIDDEN"):
        assert secret not in first


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("{broken", "notebook", "is not a notebook that can be read: Expecting property name"),
        ("[]", "notebook", "is not a notebook that can be read"),
        ("{}", "other", "is missing; the folder holds other.ipynb"),
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "notebook", "holds none of the cells"),
    ],
)
def test_a_bad_submission_is_named_in_one_sentence_and_the_others_are_graded(
    course: Path, command: Command, submit: Submit, content: str, name: str, said: str
) -> None:
    submit("bad", content=content, name=name)
    submit("good", RIGHT)
    result = command("autograder", "grade", "small")
    assert result.returncode == 1
    (line,) = [line for line in result.stderr.splitlines() if said in line]
    assert "submitted/bad/small/notebook.ipynb" in line
    assert scores(course) == {"bad": 0, "good": 4}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "There is no assignment 'nothing'"),
        (["small", "--student", "a/b"], "'a/b' is no student id"),
        (["small", "--student", "nobody"], "nobody has submitted no small"),
        (["small"], "Nobody has submitted small yet"),
    ],
)
def test_a_command_that_makes_no_sense_exits_2_with_one_sentence(
    command: Command, arguments: list[str], said: str
) -> None:
    result = command("autograder", "grade", *arguments)
    assert result.returncode == 2
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1


def test_a_verdict_and_a_tag_that_a_student_wrote_count_nothing(course: Path, command: Command, submit: Submit) -> None:
    path = submit("forger", WRONG)
    forged = '"tags": ["skip-execution"], "autograder": {"verdicts": []}, "nbgrader": '
    path.write_text(path.read_text(encoding="utf-8").replace('"nbgrader": ', forged), encoding="utf-8")
    assert command("autograder", "grade", "small").returncode == 0
    assert scores(course) == {"forger": 0}
