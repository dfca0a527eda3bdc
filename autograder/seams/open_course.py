"""Open course: a course folder is found and gets the autograder's steps plugged into its configuration."""

from __future__ import annotations

from pathlib import Path

from autograder.configuration import FILES, read_configuration
from autograder.course import Course, configured
from autograder.errors import UsageError
from autograder.seams.plug_in import plug_in


def find_course(start: Path) -> Course:
    """Return the course that `start` lies in, or the one that Jupyter's configuration names.

    The course folder is the nearest one that holds an nbgrader_config file, upwards from `start`.
    """
    start = start.absolute()
    folder = next((place for place in (start, *start.parents) if any((place / name).is_file() for name in FILES)), None)
    config = read_configuration(folder or start)
    if not (root := config.CourseDirectory.get("root") or folder):
        raise UsageError(f"There is no {FILES[0]} in {start} or above it: change to the course folder.")
    course = configured(Path(root), config)
    plug_in(course.config, course.root)
    return course
