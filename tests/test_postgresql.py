"""The gradebook of a larger course lies in PostgreSQL: everything works there as it does in SQLite."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Command
from sqlalchemy import create_engine, text

Submit = Callable[..., Path]
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
INITDB = shutil.which("initdb", path=str(PROGRAMS) if PROGRAMS else None)
POINTS = (
    "select s.student_id, g.auto_score, g.needs_manual_grade from submitted_assignment s "
    "join submitted_notebook n on n.assignment_id = s.id join grade g on g.notebook_id = n.id order by 1"
)

pytestmark = pytest.mark.skipif(INITDB is None, reason="there is no PostgreSQL server")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own, which listens on a socket in a temporary folder alone; yields the URL of its database."""
    assert INITDB is not None
    owner = "postgres" if os.getuid() == 0 else None  # which refuses to run as root
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        folder, control = Path(name), str(Path(INITDB).with_name("pg_ctl"))
        if owner:
            shutil.chown(folder, owner)
        data = folder / "data"
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run = {"user": owner, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
        subprocess.run([INITDB, "-A", "trust", "-U", "grader", "-N", "-D", data], **run)  # type: ignore[call-overload]  # a plain dict
        subprocess.run([control, "-D", data, "-l", folder / "log", "-o", options, "-w", "start"], **run)  # type: ignore[call-overload]  # a plain dict
        try:
            yield f"postgresql://grader@/postgres?host={folder}"
        finally:
            subprocess.run([control, "-D", data, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]  # a plain dict


def test_grading_regrading_and_export_work_on_postgresql(
    course: Path, command: Command, submit: Submit, server: str
) -> None:
    pytest.importorskip("psycopg")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = {server!r}\n")
    engine = create_engine(server)

    def points() -> list[tuple[object, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(POINTS))]

    (submit("ada", "def double(x):\n    return x + x").parent / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    submit("bob", "def double(x):\n    return 2 * int(x)")
    submit("bad", content="{broken")
    submit("long" * 50, "def double(x):\n    return 0")
    first = command("autograder", "grade", "small")
    assert first.returncode == 1 and "bob: 1/4" in first.stderr, first.stderr
    graded = [("ada", 4.0, False), ("bad", 0.0, True), ("bob", 1.0, False)]
    assert points() == graded
    again = command("autograder", "grade", "small", "--student", "ada", "--student", "bob")
    assert (again.returncode, "ada: 4/4" in again.stderr) == (0, True), again.stderr
    with engine.begin() as connection:
        connection.execute(text("delete from grade where auto_score = 4"))
        connection.execute(text("update grade set manual_score = 2, needs_manual_grade = false where auto_score = 1"))
    assert command("autograder", "grade", "small").returncode == 1
    assert points() == graded
    shutil.rmtree(course / "grading" / "submitted" / "bad")
    shutil.rmtree(course / "grading" / "submitted" / ("long" * 50))
    stock = command("nbgrader", "autograde", "small", "--force")
    assert stock.returncode == 0, stock.stderr
    assert points() == graded
    assert command("nbgrader", "generate_feedback", "small").returncode == 0
    exported = command("nbgrader", "export")
    assert exported.returncode == 0, exported.stderr
    (line,) = [line for line in (course / "grades.csv").read_text().splitlines() if ",bob," in line]
    assert "2.0" in line
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '724cde206c17'"))
    older = command("autograder", "grade", "small")
    assert (older.returncode, "run `nbgrader db upgrade`" in older.stderr) == (1, True)
