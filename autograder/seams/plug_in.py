"""Plug in: nbgrader's configuration is told to use the autograder.

A course's nbgrader_config.py calls `plug_in`, so that nbgrader's own commands and its formgrader grade as
`autograder grade` does. The autograder's commands plug in by themselves.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.preprocessors import GetGrades, SaveAutoGrades
from traitlets.config.loader import LazyConfigValue

from autograder.configuration import anchor, course_folder_being_read, make_database_folder, make_importable
from autograder.judging.judge import Judge
from autograder.seams.autograding import GradingExporter
from autograder.seams.feedback import Feedback
from autograder.seams.formgrader import refuse_markup
from autograder.seams.page_time import TimedPage
from autograder.seams.pages import Bounded, ModelAnswers, NoOtherHost


def plug_in(c: Any, folder: Path | None = None) -> None:
    """Have nbgrader's commands and its formgrader grade and show submissions by the autograder.

    Steps that the course has set before, it keeps. Paths that it has set become absolute. So nbgrader's commands and
    its formgrader use the same gradebook, from whatever folder they are started.

    Args:
        c: the configuration, as traitlets gives it to nbgrader_config.py.
        folder: the course folder, where relative paths start. Default: that of the nbgrader_config.py that calls this.
    """
    locate(c, folder or course_folder_being_read())
    refuse_markup()
    # nbgrader runs alembic by its name alone. It lies next to this Python, whose environment need not be activated.
    scripts, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])
    # Whatever exporter a course has set: nbgrader's own would run student code with the instructor's rights.
    c.Autograde.exporter_class = GradingExporter
    set_steps(c.Autograde, "autograde_preprocessors", with_judge(Autograde().autograde_preprocessors))
    # Feedback shows verdicts and hints, never the source of a hidden test, nor what may quote it.
    c.GenerateFeedback.setdefault("exporter_class", TimedPage)
    set_steps(c.GenerateFeedback, "preprocessors", [GetGrades, Feedback, CSSHTMLHeaderPreprocessor])
    # Pages load nothing from another host. The formgrader's show a model answer next to each written one.
    set_steps(c.HTMLExporter, "preprocessors", [NoOtherHost, Bounded, ModelAnswers])


def locate(c: Any, folder: Path | None) -> None:
    """Say in a configuration where the course is, if that is known, and make its own plugins importable."""
    root = c.CourseDirectory.get("root") or ""
    if not (folder or root):
        return
    course = Path(folder or "", root).absolute()
    anchor(c, course)
    make_importable(course)
    # Only an instructor's copy of a course, which has the sources, needs a gradebook.
    if (course / c.CourseDirectory.get("source_directory", "source")).is_dir() and "db_url" in c.CourseDirectory:
        make_database_folder(c.CourseDirectory.db_url)


def set_steps(section: Any, name: str, steps: list[Any]) -> None:
    """Set a list of steps unless the course has one; steps that it has only appended come after these."""
    own = section.get(name, steps)
    section[name] = own.get_value(steps) if isinstance(own, LazyConfigValue) else own


def with_judge(steps: list[Any]) -> list[Any]:
    """Return nbgrader's steps with the judge before the one that saves grades."""
    return [own for step in steps for own in ([Judge, step] if step is SaveAutoGrades else [step])]
