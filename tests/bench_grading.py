"""What grading costs: stock nbgrader, ours with cold and with warm kernels, and the floor, on the same submissions.

    python tests/bench_grading.py              the first table in docs/administrators.md, "What grading costs"
    python tests/bench_grading.py --growth     the second table there: 10 to 1,000 submissions, and the grader's memory
    python tests/bench_grading.py --regrade    after a corrected rule, 100 submissions; --regrade 1000 for more

The submissions are the bank's answers, each with a line of its own, so that no two are the same. CPU seconds are those
of all processes together, counted by a control group, which needs root. The floor is one process that has imported what
the solution imports. It executes the same cells one after the other, without kernels, messages, files or a gradebook.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import psutil

from autograder.bank.cases import EMPTY, read_cases
from autograder.course import Course
from autograder.files import remove_tree
from autograder.judging.reference import Reference
from autograder.release import release
from autograder.seams.open_course import find_course

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sys.executable).parent
COMPARED = {"01-forward-propagation": 100, "04-sentiment-classifier": 8}  # assignment -> submissions
GROWTH = 10, 100, 1000
STOCK = """c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.Execute.timeout = 120
"""


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    cpu: float  # seconds of processor time, of all processes
    wall: float  # seconds
    memory: float  # MB that the command's own process held at most


def measure(command: list[str | Path], folder: Path) -> Cost:
    """Run a command in `folder` and return what it took; what it says is shown where it fails."""
    started = time.monotonic()
    environment = os.environ | {"PATH": os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])}
    with accounted() as (join, cpu):
        with subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=join,
        ) as process:
            held: list[int] = [0]
            watch = threading.Thread(target=_watch, args=[process.pid, held])
            watch.start()
            said = process.communicate()[1]
            wall = time.monotonic() - started
            watch.join()
        if process.returncode:
            sys.exit(f"{command} failed:\n{said[-2000:]}")
        return Cost(cpu(), wall, max(held) / 1e6)


@contextlib.contextmanager
def accounted() -> Iterator[tuple[Callable[[], object], Callable[[], float]]]:
    """Yield a function by which a process joins a new control group, and one that returns the group's CPU seconds.

    A group counts all its processes; getrusage(2) does not count those that end with their process namespace.
    """
    (mount,) = [part.mountpoint for part in psutil.disk_partitions(all=True) if part.fstype == "cgroup2"]
    group = Path(tempfile.mkdtemp(prefix="bench-", dir=mount))

    def cpu() -> float:
        used = dict(line.split() for line in (group / "cpu.stat").read_text().splitlines())
        return int(used["usage_usec"]) / 1e6

    try:
        yield lambda: (group / "cgroup.procs").write_text(str(os.getpid())), cpu
    finally:
        while (group / "cgroup.procs").read_text():
            time.sleep(0.1)
        group.rmdir()


def _watch(pid: int, held: list[int]) -> None:
    """Note how much memory a process holds, until it ends."""
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            held.append(process.memory_info().rss)
            time.sleep(0.2)
    except psutil.Error:
        return


def course_of(folder: Path, assignment: str, number: int, config: str) -> Course:
    """Make a course in `folder` with the assignment, released, and `number` submissions."""
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copytree(ROOT / "solutions" / assignment, folder / "solutions" / assignment)
    (folder / "grading").mkdir()
    course = find_course(folder)
    release(course, assignment)
    cases = [case for case in read_cases(find_course(ROOT), assignment) if case.cells]
    for index, case in zip(range(number), itertools.cycle(cases), strict=False):
        cells = {name: f"# submission {index}\n{source}" for name, source in case.cells.items()}
        replace(case, name=f"student-{index:04}", cells=cells).write(course, assignment)
    return course


def compare(assignment: str, number: int) -> list[str]:
    """Return the rows of the table for an assignment."""
    ours = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    grade: list[str | Path] = [SCRIPTS / "autograder", "grade", assignment]
    found: dict[str, Cost] = {}
    ways: list[tuple[str, str, list[str | Path]]] = [
        ("stock `nbgrader autograde`", STOCK, [SCRIPTS / "nbgrader", "autograde", assignment, "--log-level=ERROR"]),
        ("`autograder grade --cold`", ours, [*grade, "--cold"]),
        ("`autograder grade`", ours, grade),
    ]
    for name, config, command in ways:
        with tempfile.TemporaryDirectory() as folder:
            course = course_of(Path(folder), assignment, number, config)
            if config == ours:  # the solution is executed once, whatever the number of submissions
                EMPTY.write(course, assignment)
                measure([*command, "--student", EMPTY.name], Path(folder))
                for step in ("submitted", "autograded"):
                    remove_tree(course.folder(step, assignment, EMPTY.name))
            found[name] = measure(command, Path(folder))
            if name == "`autograder grade`":
                found["floor"] = floor(course, assignment)
    stock = next(iter(found.values()))
    rows = []
    for name, cost in found.items():
        speed = f"{3600 * number / cost.wall:.0f} | {stock.wall / cost.wall:.1f}" if name != "floor" else "| "
        rows.append(f"| {assignment[:2]} | {name} | {cost.cpu / number:.2f} | {cost.wall / number:.2f} | {speed} |")
    return rows


FLOOR = """
import contextlib, importlib, io, json, sys, time
modules, notebooks = json.load(sys.stdin)
for name in modules:
    with contextlib.suppress(Exception):
        importlib.import_module(name)
spent = []
for cells in [notebooks[0], *notebooks]:  # the first one twice: it is not yet warm
    before, names = time.process_time(), {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            with contextlib.suppress(BaseException):
                exec(cell, names)
    spent.append(time.process_time() - before)
print(json.dumps(spent[1:]))
"""


def floor(course: Course, assignment: str) -> Cost:
    """Execute the cells of graded submissions in one process; those that ran into a limit count as the mean."""
    (notebook,) = course.notebooks(assignment)
    prepared = Reference(config=course.config).prepared(assignment, notebook)
    folder = course.folder("autograded", assignment, "*")
    paths = sorted(folder.parent.parent.glob(f"*/{assignment}/{notebook}.ipynb"))
    graded = [nbformat.read(path, as_version=4) for path in paths]
    # One that ran into a limit might not end here: there is none.
    ending = [nb for nb in graded if not (nb.metadata.autograder.stopped or nb.metadata.autograder.limits)]
    notebooks = [[cell.source for cell in nb.cells if cell.cell_type == "code"] for nb in ending]
    cache = {
        name: value.format(cache=prepared.cache)
        for name, value in course.config.SandboxProvisioner.cache_reader.items()
    }
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-c", FLOOR],
            cwd=empty,
            env=os.environ | cache,
            input=json.dumps([prepared.modules, notebooks]),
            capture_output=True,
            text=True,
            check=True,
        )
    spent = json.loads(done.stdout.splitlines()[-1])
    return Cost(statistics.mean(spent) * len(paths), time.monotonic() - started, 0)


def growth(assignment: str) -> list[str]:
    """Return the rows of the table of sizes."""
    ours, rows = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8"), []
    for number in GROWTH:
        with tempfile.TemporaryDirectory() as folder:
            course_of(Path(folder), assignment, number, ours)
            cost = measure([SCRIPTS / "autograder", "grade", assignment], Path(folder))
        rows.append(
            f"| {number} | {cost.cpu / number:.2f} | {cost.wall / number:.2f} "
            f"| {3600 * number / cost.wall:.0f} | {cost.memory:.0f} |"
        )
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def regrade(assignment: str, number: int) -> list[str]:
    """Return the rows of the table of what a corrected tolerance costs after `number` submissions were graded."""
    ours, rows = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8"), []
    with tempfile.TemporaryDirectory() as folder:
        course = course_of(Path(folder), assignment, number, ours)
        commands: dict[str, list[str | Path]] = {
            name: [SCRIPTS / "autograder", *name.split(), assignment]
            for name in ("grade", "regrade", "regrade --apply", "grade ")
        }
        kept = Path(folder, "grading", "journal", f"{assignment}.db")
        for name, command in commands.items():
            if name == "regrade":
                (path,) = course.folder("source", assignment).glob("*.ipynb")
                path.write_text(path.read_text("utf-8").replace("rtol=1e-4", "rtol=1e-3"), encoding="utf-8")
                rehearse: list[str | Path] = [SCRIPTS / "autograder", "grade", assignment, "--student", "student-0000"]
                measure(rehearse, Path(folder))  # the corrected solution is executed once, for any number
            before = entries(kept)
            cost = measure(command, Path(folder))
            executed = entries(kept) - before
            rows.append(
                f"| `{name}` | {number} | {executed} | {cost.cpu / number:.3f} | {cost.wall / number:.3f} "
                f"| {cost.wall:.0f} | {cost.memory:.0f} |"
            )
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def entries(journal: Path) -> int:
    """Return how many submissions a journal holds."""
    if not journal.exists():
        return 0
    with contextlib.closing(sqlite3.connect(journal)) as connection:
        return int(connection.execute("SELECT count(*) FROM executed").fetchone()[0])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--growth", action="store_true", help="measure 10, 100 and 1,000 submissions of assignment 01")
    parser.add_argument("--regrade", nargs="?", type=int, const=100, help="measure a corrected rule in assignment 01")
    arguments = parser.parse_args()
    if arguments.regrade:
        print("| command | submissions | executed | CPU s each | wall s each | wall s | memory, MB |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        print("\n".join(regrade("01-forward-propagation", arguments.regrade)))
        return
    if arguments.growth:
        print("| submissions | CPU s each | wall s each | an hour | the grader's memory, MB |\n|--:|--:|--:|--:|--:|")
        print("\n".join(growth("01-forward-propagation")))
        return
    print("| assignment | | CPU s each | wall s each | an hour | times stock |\n|---|---|--:|--:|--:|--:|")
    for assignment, number in COMPARED.items():
        print("\n".join(compare(assignment, number)), flush=True)


if __name__ == "__main__":
    main()
