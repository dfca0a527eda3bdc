"""Steps: what a course has nbgrader do with an executed notebook: judge it, and save grades."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, Execute, SaveAutoGrades

from autograder.course import Course
from autograder.gradebook import digest
from autograder.grading.entering import SaveGrades, SavePenalty

INSTEAD = {SaveAutoGrades: SaveGrades, AssignLatePenalties: SavePenalty}  # nbgrader's step -> ours, which enters it


def after_execution(course: Course) -> list[Any]:
    """Return the steps of the course's Autograde.autograde_preprocessors that come after nbgrader's Execute.

    The steps that save are replaced by ours, which use the open gradebook. nbgrader's check of the cells' metadata is
    left out: the metadata comes from the source.
    """
    steps = Autograde(config=course.config).autograde_preprocessors
    executes = next(place for place, step in enumerate(steps) if issubclass(step, Execute))
    after = [step for step in steps[executes + 1 :] if step is not CheckCellMetadata]
    return [INSTEAD.get(step, step) for step in after]


def code_of(course: Course, steps: Sequence[type]) -> str:
    """Return a hash of the code of the steps, and of the course's plugin for late submissions."""
    classes = [*steps, AssignLatePenalties(config=course.config).plugin_class]
    modules = {sys.modules[base.__module__] for one in classes for base in one.__mro__}
    paths = sorted(Path(file) for module in modules if (file := getattr(module, "__file__", None)))
    return digest([[str(path), hashlib.sha256(path.read_bytes()).hexdigest()] for path in paths])
