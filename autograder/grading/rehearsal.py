"""Rehearsal: before students are graded, the solution is graded like a student's work, in sandbox and by judge.

A fault of the course would cost every student points: labels that cannot be loaded, a solution that fails, a package
that the sandbox does not show. It stops the run here. A solution that has earned all points is not tried again until
something changes that its points depend on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course import source_path, step_folder
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.gradebook import digest
from autograder.grading.attempts import execute_notebooks
from autograder.judging.judge import Judge
from autograder.judging.reference import (
    KEY,
    Reference,
    SolutionError,
    files_of,
    first_failure,
    may_raise,
    read_solution,
)
from autograder.judging.verdicts import verdicts_of
from autograder.sandbox.preparation import Preparation
from autograder.submissions.repair import Source, rebuild

# The sections of the configuration that executing depends on.
SETTINGS = "Execute", "SandboxProvisioner", "KernelSpecManager", "ClearHiddenTests"


class RehearsalError(CourseError):
    """A solution did not earn all points when it was graded like a student's work."""


@dataclass(frozen=True)
class Rehearsal:
    """What submissions are graded with, after the solution has earned all points with it."""

    prepared: Mapping[str, Preparation]  # notebook -> what makes its kernels faster
    keys: Mapping[str, str]  # notebook -> hash of all that its solution's records depend on
    labels: str  # a hash of the label sets that judging uses


def settings_of(config: Config) -> Config:
    """Return the sections of a configuration that executing depends on."""
    return Config({name: config[name] for name in SETTINGS})


def rehearse(config: Config, assignment: str, sources: Mapping[str, Source]) -> Rehearsal:
    """Run solutions as the reference, and then like a student's work.

    Args:
        config: the configuration of the course.
        assignment: the name of the assignment.
        sources: name of a notebook -> the cells that it is graded by.

    Returns:
        What submissions are graded with.

    Raises:
        CourseError: a solution fails or does not earn all points, or labels cannot be loaded.
    """
    reference, course = Reference(config=config), CourseDirectory(config=config)
    paths = {name: source_path(course, assignment, name) for name in sources}
    rehearsal = Rehearsal(
        prepared={name: reference.prepared(assignment, name) for name in sources},
        keys={name: reference.key(path) for name, path in paths.items()},
        labels=labels_used(Judge(config=config), reference, assignment, sources),
    )
    settings = {name: dict(section) for name, section in settings_of(config).items()}
    settings["Execute"].pop("warm", None)  # changes no result
    done = digest(settings, rehearsal.keys, rehearsal.labels, digest_of(sources))[:KEY]
    mark = Path(course.root, reference.directory, assignment, f"rehearsed-{done}")
    if not mark.exists():
        solutions = {name: rebuild(read_solution(path), sources[name]) for name, path in paths.items()}
        _perform(config, assignment, solutions, rehearsal.prepared)
        write_atomically(mark, "")
    return rehearsal


def digest_of(sources: Mapping[str, Source]) -> str:
    """Return a hash of the cells that submissions are graded by, without their ids, which are random."""
    return digest(
        {
            name: [[cell.cell_type, cell.source, cell.metadata] for cell in source.cells.values()]
            for name, source in sources.items()
        }
    )


def labels_used(judge: Judge, reference: Reference, assignment: str, notebooks: Mapping[str, object]) -> str:
    """Return a hash of the label sets that an assignment is judged by; LabelsError if one cannot be loaded."""
    records = [
        record
        for name in notebooks
        for cell in reference.records(assignment, name).values()
        for record in cell.values()
    ]
    names = {record["rule"]["labels"] for record in records if record["rule"]["kind"] == "accuracy"}
    label_sets = judge.label_sets()
    return digest({name: np.asarray(label_sets[name]).tolist() for name in names})


def _perform(
    config: Config, assignment: str, solutions: Mapping[str, NotebookNode], prepared: Mapping[str, Preparation]
) -> None:
    course = CourseDirectory(config=config)
    folder = step_folder(course, "source", assignment)
    notebooks = {name: json.dumps(nb) for name, nb in solutions.items()}
    files = files_of(course, folder / "notebook")
    try:
        outcome = execute_notebooks(notebooks, files, prepared, settings_of(config))
        if outcome.doubts:
            outcome = execute_notebooks(notebooks, files, prepared, settings_of(config), outcome.doubts)
    except RuntimeError as problem:  # KernelLostError among them
        raise SolutionError(
            f"The reference solution in {folder} could not be run as a submission: {problem}"
        ) from problem
    for name, content in outcome.notebooks.items():
        nb, _ = Judge(config=config).preprocess(
            nbformat.reads(content, as_version=4), {"nbgrader": {"assignment": assignment, "notebook": name}}
        )
        if objection := _shortfall(nb, nbformat.reads(content, as_version=4)):
            raise RehearsalError(
                f"{folder / name}.ipynb, the reference solution, does not earn all points when it is graded as a "
                f"student's work is, so nobody is graded: {objection}"
            )


def _shortfall(judged: NotebookNode, executed: NotebookNode) -> str | None:
    """Return which graded cell of a solution did not earn all its points, and why; None if there is none."""
    for cell in judged.cells:
        verdicts = verdicts_of(cell)
        failed = [verdict for verdict in verdicts if not verdict.passed]
        if not failed or may_raise(cell) or not utils.is_grade(cell):
            continue
        reason = first_failure(executed) or failed[0].message or "its result says so"
        advice = ""
        if "ModuleNotFoundError" in reason:
            advice = " (name packages of the course in SandboxProvisioner.packages in nbgrader_config.py)"
        earned = sum(verdict.earned for verdict in verdicts)
        points = f"{earned:g} of {cell.metadata.nbgrader.points:g} points"
        return f"cell {cell.metadata.nbgrader.grade_id!r} earns {points}; {reason.rstrip('.')}{advice}."
    return None
