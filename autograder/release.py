"""Release: the students' version of an assignment is made from its solution."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import create_gradebook


class ReleaseError(CourseError):
    """nbgrader could not make the release; the message names the assignment and the reason."""


def release(course: Course, assignment: str) -> Path:
    """Make the students' version of an assignment, enter its cells in the gradebook, and return its folder.

    Raises:
        UsageError: there is no such assignment.
        ReleaseError: nbgrader cannot make the release.
    """
    course.check_assignment(assignment)
    create_gradebook(course.directory.db_url)
    result = course.api().generate_assignment(assignment, force=True, create=True)
    stop_if_interrupted(result)
    if not result["success"]:
        raise ReleaseError(f"{assignment} could not be released: {reason_of_failure(result)}")
    return course.folder("release", assignment)


def stop_if_interrupted(result: dict[str, Any]) -> None:
    """Raise KeyboardInterrupt again if it ended a command of nbgrader's, which keeps it as a text."""
    if not result["success"] and result.get("error", "").rstrip().endswith(KeyboardInterrupt.__name__):
        raise KeyboardInterrupt


def outdated(course: Course, assignment: str) -> list[str]:
    """Return the names of the files in a committed release that differ from those of a fresh release."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = contents(release(course.scratch(Path(folder), assignment), assignment))
    committed = contents(course.folder("release", assignment))
    return sorted(name for name in fresh.keys() | committed.keys() if fresh.get(name) != committed.get(name))


def contents(folder: Path) -> dict[str, bytes]:
    """Return relative name -> bytes of the files in a folder, without Jupyter's checkpoints."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def reason_of_failure(result: dict[str, Any]) -> str:
    """Return why an nbgrader command failed: the line with its exception, or its last line if there is no exception."""
    log = [line for line in result.get("log", "").splitlines() if line.strip()]
    raised = [line for line in log if "Error: " in line or "Exception: " in line]
    lines = raised or log or result.get("error", "unknown reason").strip().splitlines()
    return str(lines[-1]).strip()
