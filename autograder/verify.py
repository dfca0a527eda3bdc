"""Verify: the tests' tests. Answers with known points go through the real pipeline, in a scratch course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader import utils

from autograder.cases import EMPTY, REFERENCE, Case, read_cases
from autograder.course import Course
from autograder.grade import Result, grade
from autograder.reference import Reference
from autograder.release import outdated, release

STILL_TO_DO = "still to do"


@dataclass(frozen=True)
class Finding:
    """One case with the result it got and how that differs from what was declared."""

    case: Case
    result: Result
    surprises: list[str]


def all_cases(course: Course, assignment: str) -> list[Case]:
    """Return the reference, the untouched release and the written cases."""
    return [REFERENCE, EMPTY, *read_cases(course, assignment)]


def run_cases(course: Course, assignment: str, cases: list[Case], folder: Path) -> Iterator[Finding]:
    """Release into a scratch course at `folder`, submit the cases, grade them, and compare."""
    scratch = course.scratch(folder, assignment)
    release(scratch, assignment)
    by_name = {case.name: case for case in cases}
    for case in cases:
        case.write(scratch, assignment)
    for result in grade(scratch, assignment, list(by_name)):
        case = by_name[result.student]
        surprises = case.surprises(result)
        if case is EMPTY:
            surprises += _not_still_to_do(result)
        yield Finding(case, result, surprises)


def _not_still_to_do(result: Result) -> list[str]:
    """Every test cell of an untouched release has to say that its exercise is still to do."""
    return [
        f"{cell.grade_id} of the untouched release does not say {STILL_TO_DO!r}"
        for cell in result.cells
        if cell.points is not None and not any(STILL_TO_DO in verdict.message for verdict in cell.verdicts)
    ]


def release_findings(course: Course, assignment: str) -> list[str]:
    """Return what is wrong with the committed release: outdated files, and cells that can be forged."""
    folder = course.folder("release", assignment)
    found = [f"{folder / name} is not what release makes" for name in outdated(course, assignment)]
    reference = Reference(config=course.config)
    for notebook in course.notebooks(assignment):
        records = reference.records(assignment, notebook)
        nb = nbformat.read(course.folder("source", assignment) / f"{notebook}.ipynb", as_version=4)
        tests = [cell for cell in nb.cells if utils.is_grade(cell) and not utils.is_solution(cell)]
        found += [
            f"{cell.metadata.nbgrader.grade_id} records nothing, so its points can be forged"
            for cell in tests
            if cell.metadata.nbgrader.grade_id not in records
        ]
    return found
