"""Matching: finds the cells of a submission that stand for the source's, if an editor dropped nbgrader's metadata.

The grade id in the metadata decides. Without it, the cell's own id decides, which a release has from its source.
Without both, a cell is recognised by its text or its place, but only if there is just one sensible reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.cells import grade_id
from autograder.regions import Region

Models = Mapping[str, NotebookNode]  # grade id -> the source's cell, in the source's order
DEFINITION = re.compile(r"^[ \t]*((?:def|class) [^\n]*)", re.MULTILINE)  # a line that a code answer is recognised by


def names_of(cells: Sequence[NotebookNode], models: Models) -> set[str]:
    """Return those grade ids of the source that the cells have."""
    return {name for cell in cells if (name := grade_id(cell)) and name in models}


def restore_names(
    cells: Sequence[NotebookNode], models: Models, untracked: Collection[str], hidden: Region
) -> list[str]:
    """Give cells their lost grade ids, and return those of the answers that were recognised by text or place.

    Args:
        cells: the submission's cells, which are changed.
        models: the source's cells by grade id.
        untracked: the texts of the source's cells that nbgrader does not track, as `plain` makes them.
        hidden: the region of hidden tests in a cell.
    """
    if not models.keys() - names_of(cells, models):
        return []
    _restore_by_cell_id(cells, models)
    _restore_locked(cells, models, hidden)
    lacks_answer = any(not utils.is_locked(models[name]) for name in models.keys() - names_of(cells, models))
    if not lacks_answer or not names_of(cells, models):  # nothing is lost, or this is another notebook
        return []
    candidates = [Candidate.of(cell) for cell in cells if not grade_id(cell) and plain(cell.source) not in untracked]
    return list(_restore_answers(cells, candidates, models))


def plain(text: str) -> str:
    """Return a text in which each run of spaces and line ends, which editors change, is one space."""
    return " ".join(text.split())


def _set_name(cell: NotebookNode, name: str) -> None:
    cell.metadata["nbgrader"] = {"grade_id": name}


def _restore_by_cell_id(cells: Sequence[NotebookNode], models: Models) -> None:
    taken = names_of(cells, models)
    names = {model.id: name for name, model in models.items() if name not in taken}
    for cell in cells:
        if not grade_id(cell) and (name := names.get(cell.metadata.get("cell_id"))):
            _set_name(cell, name)


def _restore_locked(cells: Sequence[NotebookNode], models: Models, hidden: Region) -> None:
    """Name the locked cells whose visible text occurs once in the source and once in the submission."""
    texts = [plain(cell.source) if not grade_id(cell) else "" for cell in cells]
    visible = {name: plain(hidden.split(model.source)[0]) for name, model in models.items() if utils.is_locked(model)}
    for name in visible.keys() - names_of(cells, models):
        text = visible[name]
        if text and texts.count(text) == list(visible.values()).count(text) == 1:
            _set_name(cells[texts.index(text)], name)


@dataclass(frozen=True)
class Candidate:
    """A cell that may be a missing answer."""

    cell: NotebookNode
    definitions: frozenset[str]  # the first lines of what it defines

    @classmethod
    def of(cls, cell: NotebookNode) -> Candidate:
        """Return a cell as a candidate."""
        return cls(cell, frozenset(_definitions(cell)))


def _definitions(cell: NotebookNode) -> list[str]:
    return list(map(plain, DEFINITION.findall(cell.source)))


def _restore_answers(cells: Sequence[NotebookNode], candidates: Sequence[Candidate], models: Models) -> Iterator[str]:
    """Name the cells that can only be a missing answer, and yield these names."""
    for recognise in (_by_definition, _by_elimination):
        for name, model in models.items():
            if utils.is_locked(model) or name in names_of(cells, models):
                continue
            rivals, between = _gap(name, cells, models)
            places = {id(cell) for cell in between if cell.cell_type == model.cell_type and not grade_id(cell)}
            answer = recognise(model, rivals, [one for one in candidates if id(one.cell) in places])
            if answer is not None:
                _set_name(answer.cell, name)
                yield name


def _gap(name: str, cells: Sequence[NotebookNode], models: Models) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return what lies between the nearest named cells around a missing answer: its rivals, and the submission's cells.

    Rivals are the missing answers of the same kind, the answer itself among them.
    """
    names = [grade_id(cell) for cell in cells]
    order, present, model = list(models), names_of(cells, models), models[name]
    place = order.index(name)
    before = next((other for other in reversed(order[:place]) if other in present), None)
    after = next((other for other in order[place:] if other in present), None)
    missing = order[order.index(before) + 1 if before else 0 : order.index(after) if after else len(order)]
    rivals = [models[other] for other in missing if not utils.is_locked(models[other])]
    first = len(names) - names[::-1].index(before) if before else 0
    last = names.index(after) if after else len(names)
    return [rival for rival in rivals if rival.cell_type == model.cell_type], list(cells[first:last])


def _by_definition(
    model: NotebookNode, rivals: Sequence[NotebookNode], candidates: Sequence[Candidate]
) -> Candidate | None:
    """Return the only cell that defines what `model` defines, if no rival of `model` defines it too."""
    first = next(iter(_definitions(model)), None)
    alike = [candidate for candidate in candidates if first in candidate.definitions]
    return alike[0] if len(alike) == sum(first in _definitions(rival) for rival in rivals) == 1 else None


def _by_elimination(
    _model: NotebookNode, rivals: Sequence[NotebookNode], candidates: Sequence[Candidate]
) -> Candidate | None:
    """Return the only candidate, if only one answer is missing."""
    return candidates[0] if len(rivals) == len(candidates) == 1 else None
