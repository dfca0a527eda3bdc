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

from autograder.entering import SaveGrades
from autograder.feedback import Feedback
from autograder.judge import Judge
from autograder.pages import ModelAnswers, NoOtherHost
from autograder.reader import SubmissionReader
from autograder.reference import ExecuteSubmission
from autograder.sanitize import Sanitize


def plug_in(c: Any) -> None:
    """Set in a traitlets configuration what reads, repairs, executes, judges and shows submissions.

    What the course has set itself, it keeps.
    """
    # nbgrader runs alembic by its bare name; it lies beside this Python, in an environment that need not be activated.
    scripts, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])
    defaults = Autograde()
    # Read as what they are, anybody's bytes, then made harmless, then executed, then judged, and only then entered.
    c.Autograde.setdefault("exporter_class", SubmissionReader)
    c.Autograde.setdefault("sanitize_preprocessors", [Sanitize, *defaults.sanitize_preprocessors])
    c.Autograde.setdefault("autograde_preprocessors", with_judge(defaults.autograde_preprocessors))
    # Feedback shows verdicts and hints, never the source of a hidden test, nor what may quote it.
    c.GenerateFeedback.setdefault("preprocessors", [GetGrades, Feedback, CSSHTMLHeaderPreprocessor])
    # Pages ask no other host for anything; the formgrader's have the model answers beside the written.
    c.HTMLExporter.setdefault("preprocessors", [NoOtherHost, ModelAnswers])


def with_judge(steps: list[Any]) -> list[Any]:
    """Return nbgrader's steps with ours in place of those that execute and save, and the judge between them."""
    ours = {"Execute": [ExecuteSubmission], "SaveAutoGrades": [Judge, SaveGrades]}
    return [own for step in steps for own in ours.get(step.__name__, [step])]
