"""Open course: a course folder is found, and the autograder is plugged into its configuration."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.configuration import FILES, read_configuration
from autograder.course import Course, configured
from autograder.errors import UsageError
from autograder.seams.plug_in import plug_in


def find_course(start: Path) -> Course:
    """Return the course that `start` lies in, or the one that Jupyter's configuration names.

    Args:
        start: a folder. The course folder is the first one with an nbgrader_config file, from here upwards.

    Returns:
        The course, with the autograder plugged into its configuration.

    Raises:
        UsageError: there is no course folder.
    """
    start = start.absolute()
    folder = next((place for place in (start, *start.parents) if any((place / name).is_file() for name in FILES)), None)
    config = read_configuration(folder or start)
    if not (root := config.CourseDirectory.get("root") or folder):
        raise UsageError(f"There is no {FILES[0]} in {start} or above it: change to the course folder.")
    course = configured(Path(root), config)
    plug_in(course.config, course.root)
    return course


def open_course_here() -> Course:
    """Return the course around the current folder, and make its folder the current one, as nbgrader expects."""
    course = find_course(Path.cwd())
    os.chdir(course.root)
    return course
