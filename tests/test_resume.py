"""Grading that is interrupted anywhere goes on where it stopped, and ends in the gradebook of an undisturbed run."""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import Command

Submit = Callable[..., Path]
ANSWERS = {
    "ada": "def double(x):\n    return x + x\nimport time; time.time_ns()",  # shows whether it was executed again
    "bob": "def double(x):\n    return 6",
    "cyd": "def double(x):\n    return 2 * int(x)",
}
POINTS = {"ada": 4, "bob": 0, "cyd": 1}
# Runs a command of the autograder that kills itself at the second call of a function.
KILLED = """
import os, signal, sys
from autograder import cli, gradebook
from autograder.grading import assignment
from autograder.grading import graded
from autograder.grading import journal
owner, name, moment = {owner}, {name!r}, {moment!r}
real, calls = getattr(owner, name), []
def call(*arguments, **options):
    calls.append(name)
    if len(calls) == 2 and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*arguments, **options)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, name, call)
sys.argv = ["autograder", "grade", "small"]
cli.main()
"""


@pytest.fixture
def class_of_three(submit: Submit) -> None:
    for student, answer in ANSWERS.items():
        submit(student, answer)


def rows(course: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook:
        return sorted(gradebook.execute(query).fetchall())


def grades(course: Path) -> list[tuple[object, ...]]:
    """Return all that the gradebook says of each graded cell, without the names that rows have among themselves."""
    return rows(
        course,
        "select student.id, cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade, a.timestamp "
        "from grade join base_cell cell on grade.cell_id = cell.id "
        "join submitted_notebook n on grade.notebook_id = n.id "
        "join submitted_assignment a on n.assignment_id = a.id join student on a.student_id = student.id",
    )


UNDISTURBED = [(student, "test-double", points, None, 0, None) for student, points in POINTS.items()]


def executed(course: Path) -> dict[str, bytes]:
    """Return what the journal holds."""
    with closing(sqlite3.connect(course / "grading" / "journal" / "small.db")) as journal:
        return dict(journal.execute("select key, notebooks from executed").fetchall())


@pytest.mark.usefixtures("class_of_three")
@pytest.mark.parametrize(
    ("owner", "name", "moment", "kept"),
    [
        ("journal.Journal", "add", "before", 1),
        ("journal.Journal", "add", "after", 2),
        ("gradebook.OneGradebook", "mark", "after", 2),  # in the middle of the transaction
        ("assignment", "replace_folder", "before", 2),  # after the transaction
        ("graded", "remove_tree", "after", 1),  # where the old folder is gone and the new one not in its place
    ],
)
def test_a_killed_grader_goes_on(course: Path, command: Command, owner: str, name: str, moment: str, kept: int) -> None:
    script = KILLED.format(owner=owner, name=name, moment=moment)
    killed = subprocess.run([sys.executable, "-c", script], cwd=course, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = executed(course)
    assert len(before) == kept
    result = command("autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    assert grades(course) == UNDISTURBED
    after = executed(course)
    assert len(after) == 3 and before.items() <= after.items(), "what was executed is not executed again"
    assert sorted(path.name for path in (course / "grading" / "autograded").glob("*/*")) == ["small"] * 3


@pytest.mark.usefixtures("class_of_three")
def test_what_is_graded_is_not_executed_or_entered_again_unless_asked(
    course: Path, command: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    command("autograder", "grade", "small")
    before = executed(course)
    rehearsals = set(tmp_path_factory.getbasetemp().glob("reference/small/rehearsed-*"))
    pages = {path: path.stat().st_ino for path in (course / "grading" / "autograded").rglob("*.ipynb")}
    command("autograder", "grade", "small")
    assert {path: path.stat().st_ino for path in pages} == pages
    assert set(tmp_path_factory.getbasetemp().glob("reference/small/rehearsed-*")) == rehearsals != set()
    reviewed = "update grade set needs_manual_grade = 0, manual_score = 3 where auto_score = 0"
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute(reviewed)
    again = command("autograder", "grade", "small")
    assert "ada: 4/4" in again.stderr
    assert executed(course) == before
    assert ("bob", "test-double", 0, 3, 0, None) in grades(course), "a person's review stands"
    command("autograder", "grade", "small", "--force")
    assert executed(course) != before


def test_a_new_submission_replaces_the_old_grade_by_its_own(course: Path, command: Command, submit: Submit) -> None:
    path = submit("ada", ANSWERS["ada"])
    first = path.read_text()
    command("autograder", "grade", "small")
    for content, points in (("{broken", 0), (first, 4), (first.replace("x + x", "7"), 0), (first, 4)):
        path.write_text(content)
        command("autograder", "grade", "small")
        assert rows(course, "select auto_score from grade") == [(points,)]


def test_a_submission_handed_in_late_gets_its_time_though_it_is_the_same(
    course: Path, command: Command, submit: Submit
) -> None:
    path = submit("ada", ANSWERS["ada"])
    command("autograder", "grade", "small")
    (path.parent / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    command("autograder", "grade", "small")
    assert rows(course, "select timestamp from submitted_assignment") == [("2026-03-01 12:00:00.000000",)]


def test_the_penalty_of_a_late_submission_is_taken_of_its_own_score(
    course: Path, command: Command, submit: Submit
) -> None:
    solution = course / "solutions" / "small" / "notebook.ipynb"
    (solution.parent / "second.ipynb").write_text(solution.read_text())
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    path = submit("ada", ANSWERS["ada"])
    second = path.with_name("second.ipynb")
    second.write_text(path.read_text())
    (path.parent / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    command("autograder", "release", "small")
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute("update assignment set duedate = '2026-02-01 12:00:00'")
    penalties = "select coalesce(late_submission_penalty, 0) from submitted_notebook"
    assert command("autograder", "grade", "small").returncode == 0
    assert rows(course, penalties) == [(4,), (4,)]
    second.unlink()  # so that all notebooks are looked at before this one's new score is known
    path.write_text(path.read_text().replace("x + x", "2 * int(x)"))
    assert command("autograder", "grade", "small").returncode == 0
    assert rows(course, penalties) == [(0,), (1,)]


@contextmanager
def grading(course: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the command in the background, in a process group of its own; kill what is left of it in the end."""
    script = Path(sys.executable).parent / "autograder"
    with subprocess.Popen(
        [script, "grade", "small", *options],
        cwd=course,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs in the background, as tests may, has it ignored, and so has what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Return what `what` returns as soon as it is something."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


SLOW = "import time; time.sleep(1)\ndef double(x):\n    return x + x  # {}"


@pytest.fixture
def class_of_eight(submit: Submit) -> list[tuple[object, ...]]:
    """Eight who answer rightly and slowly; and what the gradebook has to say in the end."""
    names = [f"student-{number}" for number in range(8)]
    for name in names:
        submit(name, SLOW.format(name))
    return [(name, "test-double", 4, None, 0, None) for name in names]


def family(pid: int, name: str) -> list[psutil.Process]:
    """Return the processes below `pid` whose command line has `name`."""
    try:
        children = psutil.Process(pid).children(recursive=True)
        return [child for child in children if name in " ".join(child.cmdline())]
    except psutil.Error:
        return []


@pytest.mark.parametrize(
    ("moment", "victim"),
    [
        ("spawn_main", "spawn_main"),  # a worker that starts
        ("ipykernel_launcher", "spawn_main"),  # one that is at work
        ("ipykernel_launcher", "ipykernel_launcher"),  # a kernel
    ],
)
def test_a_killed_worker_or_kernel_costs_nobody_anything(
    course: Path, class_of_eight: list[tuple[object, ...]], moment: str, victim: str
) -> None:
    with grading(course, "--workers", "2", "--cold") as process:
        running = wait_for(lambda: family(process.pid, moment) and family(process.pid, victim))
        running[0].kill()
        _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert grades(course) == class_of_eight


def test_a_grader_killed_with_workers_leaves_nothing_behind_and_goes_on(
    course: Path, command: Command, class_of_eight: list[tuple[object, ...]]
) -> None:
    with grading(course, "--workers", "2") as process:
        assert process.stderr is not None
        while "4/4" not in process.stderr.readline():
            pass
        started = family(process.pid, "")
        process.kill()
    wait_for(lambda: not [child for child in started if child.is_running() and child.status() != "zombie"])
    kept = executed(course)
    assert kept
    assert command("autograder", "grade", "small").returncode == 0
    assert grades(course) == class_of_eight
    assert kept.items() <= executed(course).items()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["spawn_main", "bwrap"])  # while the cluster starts, and while it is at work
def test_an_interrupted_grader_says_so_tidies_up_and_goes_on(
    course: Path, command: Command, class_of_eight: list[tuple[object, ...]], number: int, moment: str
) -> None:
    with grading(course, "--workers", "2") as process:
        wait_for(lambda: family(process.pid, moment))
        started = family(process.pid, "")
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted: the same command goes on where this one stopped." in said
    assert "close_clusters" not in said  # what Dask would do at the end
    assert not psutil.wait_procs(started, timeout=20)[1]
    assert not list(Path("/tmp").glob(f"kernels-{process.pid}-*"))
    assert command("autograder", "grade", "small").returncode == 0
    assert grades(course) == class_of_eight


def test_a_cluster_that_runs_already_can_be_used_and_its_death_costs_nothing(
    course: Path, command: Command, class_of_eight: list[tuple[object, ...]]
) -> None:
    dask = str(Path(sys.executable).parent / "dask")
    address = course / "scheduler.json"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": course}
    options = ["--scheduler-file", str(address), "--no-dashboard"]
    scheduler = subprocess.Popen([dask, "scheduler", *options, "--host", "127.0.0.1", "--port", "0"], **quiet)
    worker = subprocess.Popen([dask, "worker", *options, "--nworkers", "1", "--nthreads", "2"], **quiet)
    try:
        wait_for(address.exists)
        where = json.loads(wait_for(lambda: address.exists() and address.read_text()))["address"]
        with grading(course, "--scheduler", where) as process:
            assert process.stderr is not None
            while "4/4" not in process.stderr.readline():
                pass
            scheduler.kill()
            _, said = process.communicate(timeout=120)
        assert process.returncode == 1
        assert "The cluster is gone: run the same command again to go on." in said
        assert "Traceback" not in said
    finally:
        worker.kill()
        scheduler.kill()
        worker.wait()
        scheduler.wait()
    assert command("autograder", "grade", "small").returncode == 0
    assert grades(course) == class_of_eight


@pytest.mark.usefixtures("class_of_three")
@pytest.mark.parametrize("room", [9_000, 300_000])  # bytes per file: too few for the gradebook, and for the journal
def test_a_full_disk_is_told_in_one_sentence_and_grading_goes_on_when_there_is_room(
    course: Path, command: Command, submit: Submit, room: int
) -> None:
    submit("dan", ANSWERS["ada"] + "\nimport os; print(os.urandom(400_000).hex())")
    command("autograder", "release", "small")
    script = Path(sys.executable).parent / "autograder"
    full = subprocess.run(
        [script, "grade", "small"],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY)),
    )
    assert full.returncode == 1
    (line,) = [line for line in full.stderr.split("\n") if line and "/4" not in line]
    assert "disk I/O error" in line
    assert command("autograder", "grade", "small").returncode == 0
    assert [row for row in grades(course) if row[0] != "dan"] == UNDISTURBED


@pytest.mark.usefixtures("class_of_three")
def test_a_locked_gradebook_is_waited_for(course: Path, command: Command) -> None:
    command("autograder", "release", "small")
    gradebook = sqlite3.connect(course / "grading" / "gradebook.db", isolation_level=None, check_same_thread=False)
    gradebook.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(8, gradebook.execute, ["COMMIT"])
    release.start()
    result = command("autograder", "grade", "small")
    release.join()
    gradebook.close()
    assert result.returncode == 0, result.stderr
    assert grades(course) == UNDISTURBED


@pytest.mark.usefixtures("class_of_three")
def test_two_graders_do_not_meet(course: Path, command: Command) -> None:
    (course / "grading" / "journal").mkdir(parents=True)
    with closing(sqlite3.connect(course / "grading" / "journal" / "small.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = command("autograder", "grade", "small")
    assert result.returncode == 1
    assert "small.db is in use: another grader is at work on this assignment" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.usefixtures("class_of_three")
def test_the_same_submission_from_two_students_is_executed_once(course: Path, command: Command, submit: Submit) -> None:
    submit("eve", ANSWERS["bob"])
    command("autograder", "grade", "small")
    assert len(executed(course)) == 3
    assert rows(course, "select auto_score from grade") == [(0,), (0,), (1,), (4,)]
