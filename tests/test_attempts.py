"""A run that a busy machine may have spoiled costs nobody a point: it is repeated, alone, before it counts."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import Command, scores
from traitlets.config import Config

from autograder.execution.run import Doubt
from autograder.grading.attempts import Attempts, Executed
from autograder.grading.workers import Outcome, Workers
from autograder.submissions.submission import Submission

Submit = Callable[..., Path]
DOUBT = Doubt("the machine was busy", 5)


def outcomes(
    function: Callable[..., Executed], notebooks: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, Outcome]]:
    """Return what comes of executing submissions, of the given notebooks, by a function."""
    with Workers(function) as workers:
        attempts = Attempts(workers, {}, Config())
        for key, content in notebooks.items():
            attempts.start(key, Submission(content, frozenset(), {}, None))
        found: list[tuple[str, Outcome]] = []
        while attempts.pending:
            found += attempts.wait()
    return found


def test_what_is_doubtful_is_repeated_when_all_else_is_done_and_then_stands() -> None:
    calls = []

    def execute(notebooks: Mapping[str, str], *rest: object) -> Executed:
        doubts = rest[3] if len(rest) > 3 else None
        calls.append((notebooks, doubts))
        again = {} if doubts else {name: DOUBT for name, text in notebooks.items() if "busy" in text}
        return Executed({name: f"{text}, run {2 if doubts else 1}" for name, text in notebooks.items()}, again)

    found = outcomes(execute, {"one": {"a": "busy", "b": "quiet"}, "two": {"a": "quiet"}})
    assert found == [("two", {"a": "quiet, run 1"}), ("one", {"a": "busy, run 2", "b": "quiet, run 1"})]
    assert calls[-1] == ({"a": "busy"}, {"a": DOUBT}), "only what is doubtful is executed again"


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_fails_with_its_worker_is_repeated_once(times: int) -> None:
    calls = []

    def fails(notebooks: Mapping[str, str], *_: object) -> Executed:
        calls.append(1)
        if len(calls) <= times:
            raise ChildProcessError("the worker was killed")
        return Executed(notebooks)

    ((_, outcome),) = outcomes(fails, {"one": {"a": "x"}})
    assert len(calls) == 2
    assert isinstance(outcome, Exception) if times == 2 else outcome == {"a": "x"}


# Its output does not end the first time.
SILENT_ONCE = """
from pathlib import Path
seen = Path({!r})
if not seen.exists():
    seen.touch()
    get_ipython().kernel.iopub_socket.close()
def double(x):
    return x + x
"""


@pytest.mark.parametrize("words", [("autograder", "grade"), ("nbgrader", "autograde")])
def test_output_that_did_not_end_is_no_result(
    course: Path, command: Command, submit: Submit, words: tuple[str, ...]
) -> None:
    submit("ada", SILENT_ONCE.format(str(course / "seen")))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Execute.isolation = False\nc.Execute.iopub_timeout = 1\n")
    if words[0] == "nbgrader":
        command("autograder", "release", "small")
    done = command(*words, "small")
    assert done.returncode == 0, done.stderr
    assert (course / "seen").exists()
    assert scores(course) == {"ada": 4}


LOAD = "while True: pass"
ROUNDS = int(os.environ.get("STRESS_ROUNDS", "0"))
COPIES = 30 if ROUNDS else 5


@contextmanager
def heavy_load() -> Iterator[None]:
    """Have a process for each core keep it busy (three in the long test)."""
    hogs = [subprocess.Popen([sys.executable, "-c", LOAD]) for _ in range((3 if ROUNDS else 1) * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


# Ends in its last test, and shows much.
COPY = """
import sys, time
def double(x):
    print("shown " * 1000)
    display(x)
    time.sleep(0.01)
    return x + x if x != "ab" else exit()
# copy {}
"""


def test_copies_of_a_submission_earn_the_same_on_a_busy_machine(course: Path, command: Command, submit: Submit) -> None:
    names = [f"student-{number}" for number in range(COPIES)]
    for name in names:
        submit(name, COPY.format(name))
    for _ in range(ROUNDS or 1):
        with heavy_load():
            done = command("autograder", "grade", "small", "--workers", "2", "--force")
        assert done.returncode == 0, done.stderr
        with closing(sqlite3.connect(course / "grading" / "journal" / "small.db")) as journal:
            assert journal.execute("select count(*) from executed").fetchall() == [(COPIES,)]
        assert scores(course) == dict.fromkeys(names, 1), done.stderr
