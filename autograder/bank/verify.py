"""Verify: tests the tests. Answers with known points are graded in a scratch course, as students' work is."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.bank.cases import EMPTY, REFERENCE, Case, read_cases
from autograder.course import Course, source_path
from autograder.grading.grade import grade
from autograder.grading.results import Result
from autograder.judging.reference import Records, Reference
from autograder.regions import Region, hidden_tests
from autograder.release import outdated, release

STILL_TO_DO = "still to do"
FORGEABLE = (
    "alike",
    "between",
    "distinct",
)  # rules that a constant can satisfy, because they look at the student's value alone
MOST_FORGEABLE = 0.1  # of a cell's points


@dataclass(frozen=True)
class Finding:
    """One case, its result, and how the result differs from what the case declares."""

    case: Case
    result: Result
    surprises: list[str]


def all_cases(course: Course, assignment: str) -> list[Case]:
    """Return the reference, the untouched release and the written cases."""
    return [REFERENCE, EMPTY, *read_cases(course, assignment)]


def run_cases(course: Course, assignment: str, cases: list[Case], folder: Path, workers: int = 1) -> Iterator[Finding]:
    """Release an assignment in a scratch course, submit cases, grade them, and yield the finding of each.

    Cases that answer different exercises share a submission. No exercise depends on the answer to another, so each case
    earns what it would earn alone. A bank then takes as long as the exercise with the most cases.

    Args:
        course: the course that has the assignment's source.
        assignment: its name.
        cases: the answers to grade.
        folder: where the scratch course is made.
        workers: how many submissions are executed at the same time.
    """
    scratch = course.scratch(folder, assignment)
    release(scratch, assignment)
    tests = tests_of_solutions(course, assignment)
    shared = {pack[0].name: pack for pack in packs(cases, tests)}
    for name, pack in shared.items():
        cells = {grade_id: source for case in pack for grade_id, source in case.cells.items()}
        replace(pack[0], name=name, cells=cells).write(scratch, assignment)
    for result in grade(scratch, assignment, list(shared), workers):
        yield from _findings(shared[result.student], result, tests)


def tests_of_solutions(course: Course, assignment: str) -> dict[str, set[str]]:
    """Return grade id of a solution cell -> grade ids of the test cells between it and the next solution cells."""
    tests: dict[str, set[str]] = {}
    for notebook in course.notebooks(assignment):
        nb = nbformat.read(source_path(course.directory, assignment, notebook), as_version=4)
        answered: list[str] = []
        tested = False
        for cell in nb.cells:
            if utils.is_solution(cell):
                answered, tested = [*(answered if not tested else []), cell.metadata.nbgrader.grade_id], False
            elif utils.is_grade(cell):
                tested = True
                for solution in answered:
                    tests.setdefault(solution, set()).add(cell.metadata.nbgrader.grade_id)
    return tests


def packs(cases: list[Case], tests: Mapping[str, set[str]]) -> list[list[Case]]:
    """Divide cases into packs that share a submission: no two cases of a pack have a test cell in common."""
    all_packs: list[list[Case]] = []
    for case in cases:
        room = (pack for pack in all_packs if all(_apart(case, other, tests) for other in pack))
        pack = next(room, [])
        if not pack:
            all_packs.append(pack)
        pack.append(case)
    return all_packs


def _apart(case: Case, other: Case, tests: Mapping[str, set[str]]) -> bool:
    one, two = own_tests(case, tests), own_tests(other, tests)
    return bool(one and two) and not one & two and case.base == other.base


def own_tests(case: Case, tests: Mapping[str, set[str]]) -> set[str]:
    """Return the test cells of the exercises that a case answers; none if it stands for a whole notebook."""
    return set().union(*(tests.get(grade_id, set()) for grade_id in case.cells))


def _findings(pack: list[Case], result: Result, tests: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Divide the result of a submission among the cases that share it; the other cells belong to the first case."""
    others = set().union(*(own_tests(case, tests) for case in pack[1:]))
    for case in pack:
        own = {cell.grade_id for cell in result.cells} - others if case is pack[0] else own_tests(case, tests)
        cells = [cell for cell in result.cells if cell.grade_id in own]
        share = replace(result, student=case.name, cells=cells)
        surprises = case.surprises(share)
        if case is EMPTY:
            surprises += _not_still_to_do(share)
        yield Finding(case, share, surprises)


def _not_still_to_do(result: Result) -> list[str]:
    """Return a sentence for each test cell of an untouched release that does not call its exercise still to do."""
    return [
        f"{cell.grade_id} of the untouched release does not say {STILL_TO_DO!r}"
        for cell in result.cells
        if cell.points is not None and not any(STILL_TO_DO in verdict.message for verdict in cell.verdicts)
    ]


def release_findings(course: Course, assignment: str) -> list[str]:
    """Return one sentence for each fault of a committed release.

    It may be outdated or show hidden tests, and its points may be out of reach or easy to forge.
    """
    folder = course.folder("release", assignment)
    sentences = [f"{folder / name} is not what release makes" for name in outdated(course, assignment)]
    released = {path.stem: nbformat.read(path, as_version=4) for path in folder.glob("*.ipynb")}
    reference, hidden = Reference(config=course.config), hidden_tests(course.config)
    for notebook in course.notebooks(assignment):
        source = nbformat.read(source_path(course.directory, assignment, notebook), as_version=4)
        records = reference.records(assignment, notebook)
        shown = {cell.metadata.nbgrader.grade_id: cell for cell in _graded(released.get(notebook, source))}
        for cell in _graded(source):
            name = cell.metadata.nbgrader.grade_id
            sentences += [f"{name} {fault}" for fault in _faults(cell, shown.get(name), records.get(name, {}), hidden)]
    return sentences


def _graded(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if utils.is_grade(cell)]


def _faults(cell: NotebookNode, shown: NotebookNode | None, records: Records, hidden: Region) -> Iterator[str]:
    """Yield what is wrong with a graded cell of a source.

    `shown` is the cell as students see it, None if the release lacks it.
    """
    points = cell.metadata.nbgrader.points
    if shown is None or shown.metadata.nbgrader.points != points:
        yield f"does not bear its {points:g} points in the release"
    elif not utils.is_solution(cell):  # a person grades an answer
        if "record(" in shown.source or shown.get("outputs"):
            yield "shows a hidden test to students"
        if not records:
            yield "records nothing, so its points can be forged"
        yield from _faults_of_records(records.values())
        if records and has_checks(hidden.split(cell.source)[0]) and not any(map(_required, records.values())):
            yield "has visible checks that student code can switch off: record what they check with required=True"


def _faults_of_records(records: Collection[dict[str, Any]]) -> Iterator[str]:
    if any(record["weight"] <= 0 and not record["required"] for record in records):
        yield "has a record of no weight, which earns nobody a point"
    total = sum(record["weight"] for record in records)
    share = sum(record["weight"] for record in records if record["rule"]["kind"] in FORGEABLE)
    if share > MOST_FORGEABLE * total:
        yield (
            f"gives {share / total:.0%} of its points for any value of the right form ({', '.join(FORGEABLE)}), "
            f"more than {MOST_FORGEABLE:.0%}: give records of exact values more weight"
        )


def _required(record: dict[str, Any]) -> bool:
    return bool(record["required"])


def has_checks(source: str) -> bool:
    """Return whether code checks something: it asserts, raises, or has a statement that calls more than `print`."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return False
    calls = (node.value for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    effects = any(getattr(call.func, "id", "") != "print" for call in calls)
    return effects or any(isinstance(node, ast.Assert | ast.Raise) for node in nodes)
