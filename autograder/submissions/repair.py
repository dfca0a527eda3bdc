"""Repair: makes the notebook to execute from the source's cells and the student's answers.

The source alone decides a cell's kind, points, lock and tags. A submission contributes the answers in solution cells,
and the student's own cells. Mistakes that an honest student can make are repaired: a cell that was copied, split,
deleted, or turned into text.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import utils
from nbgrader.api import Gradebook, Notebook
from traitlets.config import Config

from autograder.cells import grade_id
from autograder.harmless import SIGN, harmless, listed
from autograder.regions import Region, hidden_tests
from autograder.submissions.matching import names_of, plain, restore_names

SCHEMA_VERSION = 3  # of nbgrader's cell metadata


@dataclass(frozen=True)
class Source:
    """The cells that an assignment's notebook is graded by."""

    cells: Mapping[str, NotebookNode]  # grade id -> cell with its hidden tests, in the order of the source
    kernelspec: Mapping[str, Any]
    untracked: Collection[str] = ()  # texts of the cells that nbgrader does not track, as matching.plain makes them
    hidden: Region = field(default_factory=lambda: hidden_tests(Config()))  # the region of hidden tests in a cell


@dataclass(frozen=True)
class Repaired:
    """A submission's notebook, ready to execute."""

    notebook: NotebookNode
    remarks: list[str]  # what was repaired by a guess at what the student meant
    recognised: bool  # whether it has any cell of the source
    untouched: bool  # whether its answers are those of the release


def repair(nb: NotebookNode, source: Source, name: str) -> Repaired:
    """Return the notebook to execute, with remarks on the one that was handed in.

    Args:
        nb: the submitted notebook, as intake reads it.
        source: the cells that it is graded by.
        name: the notebook's file name, for the remarks.
    """
    by_place = restore_names(nb.cells, source.cells, source.untracked, source.hidden)
    present = names_of(nb.cells, source.cells)
    missing = [key for key, model in source.cells.items() if key not in present and _counts(model)]
    remarks = []
    if by_place:
        remarks.append(f"{name}: cells without nbgrader's metadata, recognised by their place: {listed(by_place)}.")
    if missing:
        remarks.append(f"{name}: missing cells, put back as released: {listed(missing)}.")
    notebook = rebuild(nb, source)
    untouched = all(cell.source == source.cells[name].source for name, cell in _tracked(notebook.cells).items())
    return Repaired(notebook, remarks, bool(present), untouched)


def _counts(model: NotebookNode) -> bool:
    return bool(utils.is_solution(model) or utils.is_grade(model) or utils.is_task(model))


def read_source(gradebook: Gradebook, assignment: str, notebook: str, path: Path, config: Config) -> Source:
    """Return the cells that the gradebook holds of a notebook, in the order and with the tags of the file at `path`."""
    all_cells = nbformat.read(path, as_version=4).cells if path.is_file() else []
    originals = _tracked(all_cells)
    untracked = {plain(cell.source) for cell in all_cells if not grade_id(cell)}
    entry = gradebook.find_notebook(notebook, assignment)
    cells = {cell.grade_id: cell.node for cell in map(_Entry.read, *_columns(entry))}
    kernelspec = json.loads(entry.kernelspec or "{}") or {}
    order = [name for name in originals if name in cells] + [name for name in cells if name not in originals]
    for name in originals.keys() & cells.keys():
        cells[name].metadata["tags"] = list(originals[name].metadata.get("tags", []))
        cells[name].id = originals[name].get("id", name)
    return Source({name: cells[name] for name in order}, kernelspec, untracked, hidden_tests(config))


@dataclass(frozen=True)
class _Entry:
    """One cell as the gradebook describes it."""

    grade_id: str
    node: NotebookNode

    @classmethod
    def read(cls, cell: Any, points: Any, solution: bool, task: bool) -> _Entry:
        facts = {
            "grade_id": cell.name,
            "schema_version": SCHEMA_VERSION,
            "grade": points is not None and not task,
            "solution": solution,
            "task": task,
            "locked": bool(cell.locked),
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        } | ({"points": points} if points is not None else {})
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        return cls(cell.name, make(cell.source or "", id=cell.name, metadata={"nbgrader": facts}))


def _columns(entry: Notebook) -> tuple[list[Any], list[Any], list[bool], list[bool]]:
    points = {cell.name: cell.max_score for cell in (*entry.grade_cells, *entry.task_cells)}
    solutions, tasks = ({cell.name for cell in cells} for cells in (entry.solution_cells, entry.task_cells))
    cells = list(entry.source_cells)
    names = [cell.name for cell in cells]
    return (
        cells,
        [points.get(n) for n in names],
        [n in solutions for n in names],
        [n in tasks for n in names],
    )


def _tracked(cells: list[NotebookNode]) -> dict[str, NotebookNode]:
    return {name: cell for cell in cells if (name := grade_id(cell))}


def rebuild(nb: NotebookNode, source: Source) -> NotebookNode:
    """Return the notebook to execute: the student's cells, in which the source's cells replace all but the answers."""
    chosen, joined = _choose(nb.cells, source)
    cells = [
        _answered(source.cells[chosen[place]], joined.get(place, cell)) if place in chosen else _own(cell)
        for place, cell in enumerate(nb.cells)
        if place not in joined or place in chosen
    ]
    cells = _restore(cells, source)
    for number, cell in enumerate(cells, start=1):
        cell.id = f"cell-{number}"  # not random, so that the same submission gives the same notebook
    metadata = {"kernelspec": dict(source.kernelspec)} if source.kernelspec else {}
    return new_notebook(cells=cells, metadata=metadata)


def _choose(cells: list[NotebookNode], source: Source) -> tuple[dict[int, str], dict[int, NotebookNode]]:
    """Return place -> grade id of the cells that stand for the source's, and place -> cell of those joined.

    The text of a locked cell is the source's in any case. If it was copied, the last copy counts, because all answers
    come before it. If a solution cell was split, the first part keeps the name, and the other parts still run. The
    parts of an answer that a person grades are joined into the first one, so that the person sees all of it.
    """
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        name = grade_id(cell)
        if name and name in source.cells:
            places.setdefault(name, []).append(place)
    chosen: dict[int, str] = {}
    joined: dict[int, NotebookNode] = {}
    for name, copies in places.items():
        model = source.cells[name]
        chosen[copies[-1] if utils.is_locked(model) else copies[0]] = name
        if len(copies) > 1 and utils.is_solution(model) and (utils.is_grade(model) or utils.is_task(model)):
            whole = copy.deepcopy(cells[copies[0]])
            whole.source = "\n\n".join(cells[place].source for place in copies)
            joined |= dict.fromkeys(copies, whole)
    return chosen, joined


def _answered(model: NotebookNode, answer: NotebookNode) -> NotebookNode:
    """Return the source's cell, with the student's answer in it unless the cell is locked."""
    cell = copy.deepcopy(model)
    if utils.is_locked(model):
        return cell
    # A student may have turned the cell, or parts of it, into the other kind.
    if cell.cell_type == "code":
        cell.source = answer.source.replace(SIGN, "")
        return cell
    cell.source = harmless(answer.source, answer.get("attachments", {}))
    if "attachments" in answer:
        cell.attachments = answer.attachments
    return cell


def _own(cell: NotebookNode) -> NotebookNode:
    """Return a cell that the student has added, without its metadata."""
    cell.metadata.clear()
    return cell


def _restore(cells: list[NotebookNode], source: Source) -> list[NotebookNode]:
    """Insert each missing cell after the cell that comes before it in the source."""
    present = set(_tracked(cells))
    before: str | None = None
    for name, model in source.cells.items():
        if name not in present:
            names = [grade_id(cell) for cell in cells]
            cells.insert(names.index(before) + 1 if before else 0, copy.deepcopy(model))
        before = name
    return cells
