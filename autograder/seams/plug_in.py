"""Seams: where the autograder's steps take their places among nbgrader's.

A course's nbgrader_config.py calls `plug_in`, so that nbgrader's own commands and its formgrader grade as safely as
`autograder grade`, which plugs in by itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.preprocessors import GetGrades
from traitlets.config.loader import LazyConfigValue

from autograder.configuration import anchor, course_folder_being_read, make_database_folder, make_importable
from autograder.grading.entering import SaveGrades, SavePenalty
from autograder.judging.judge import Judge
from autograder.seams.feedback import Feedback
from autograder.seams.page_time import TimedPage
from autograder.seams.pages import Bounded, ModelAnswers, NoOtherHost
from autograder.seams.reader import SubmissionReader
from autograder.seams.steps import ExecuteSubmission, Sanitize


def plug_in(c: Any, folder: Path | None = None) -> None:
    """Set in a traitlets configuration what reads, repairs, executes, judges and shows submissions.

    What the course has set itself before, it keeps. Paths that it has set become absolute: the relative ones start at
    the course `folder` (default: that of the nbgrader_config.py which calls this), so that nbgrader's commands and its
    formgrader use the same gradebook from wherever they are started.
    """
    locate(c, folder or course_folder_being_read())
    # nbgrader runs alembic by its bare name; it lies beside this Python, in an environment that need not be activated.
    scripts, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])
    defaults = Autograde()
    # Read as what they are, anybody's bytes, then made harmless, then executed, then judged, and only then entered.
    c.Autograde.setdefault("exporter_class", SubmissionReader)
    set_steps(c.Autograde, "sanitize_preprocessors", [Sanitize, *defaults.sanitize_preprocessors])
    set_steps(c.Autograde, "autograde_preprocessors", with_judge(defaults.autograde_preprocessors))
    # Feedback shows verdicts and hints, never the source of a hidden test, nor what may quote it.
    c.GenerateFeedback.setdefault("exporter_class", TimedPage)
    set_steps(c.GenerateFeedback, "preprocessors", [GetGrades, Feedback, CSSHTMLHeaderPreprocessor])
    # Pages ask no other host for anything; the formgrader's have the model answers beside the written.
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
    """Set a list of steps unless the course has one; what it has only appended comes after these."""
    own = section.get(name, steps)
    section[name] = own.get_value(steps) if isinstance(own, LazyConfigValue) else own


def with_judge(steps: list[Any]) -> list[Any]:
    """Return nbgrader's steps with ours in place of those that execute and save, and the judge between them."""
    ours: dict[str, list[Any]] = {
        "Execute": [ExecuteSubmission],
        "SaveAutoGrades": [Judge, SaveGrades],
        "AssignLatePenalties": [SavePenalty],
    }
    return [own for step in steps for own in ours.get(step.__name__, [step])]
