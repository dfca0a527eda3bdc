"""Matching: which cells of a submission stand for the source's, where an editor dropped nbgrader's metadata.

The grade id in the metadata decides. Without one the cell's own id does, which a release has from its source. Without
that a cell is recognised by its text or its place, but only if there is one sensible reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

Models = Mapping[str, NotebookNode]  # grade id -> the source's cell, in the source's order
HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(?:END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)
SIGNATURE = re.compile(r"^[ \t]*((?:def|class) [^\n]*)", re.MULTILINE)  # a line that a code answer is recognised by


def grade_id(cell: NotebookNode) -> str:
    """Return the name by which nbgrader knows a cell, "" if it knows none."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name or ""


def names_of(cells: Sequence[NotebookNode], models: Models) -> set[str]:
    """Return the grade ids of the source that cells bear."""
    return {name for cell in cells if (name := grade_id(cell)) in models}


def restore_names(cells: Sequence[NotebookNode], models: Models, untracked: Collection[str]) -> list[str]:
    """Give back lost grade ids; return the names of the answers that were recognised by text or place.

    `untracked` has the texts of the source's cells that nbgrader does not track, as `plain` makes them.
    """
    _restore_by_cell_id(cells, models)
    _restore_locked(cells, models)
    if not names_of(cells, models):  # another notebook
        return []
    return list(_restore_answers(cells, models, untracked))


def plain(text: str) -> str:
    """Return a text without the spaces and line ends that editors change."""
    return " ".join(text.split())


def _give(cell: NotebookNode, name: str) -> None:
    cell.metadata["nbgrader"] = {"grade_id": name}


def _restore_by_cell_id(cells: Sequence[NotebookNode], models: Models) -> None:
    taken = names_of(cells, models)
    names = {model.id: name for name, model in models.items() if name not in taken}
    for cell in cells:
        if not grade_id(cell) and (name := names.get(cell.metadata.get("cell_id"))):
            _give(cell, name)


def _restore_locked(cells: Sequence[NotebookNode], models: Models) -> None:
    """Name the locked cells whose text, as students see it, stands once in the source and once in the submission."""
    texts = [plain(cell.source) if not grade_id(cell) else "" for cell in cells]
    visible = {name: plain(HIDDEN.sub("", model.source)) for name, model in models.items() if utils.is_locked(model)}
    for name in visible.keys() - names_of(cells, models):
        text = visible[name]
        if text and texts.count(text) == list(visible.values()).count(text) == 1:
            _give(cells[texts.index(text)], name)


def _restore_answers(cells: Sequence[NotebookNode], models: Models, untracked: Collection[str]) -> Iterator[str]:
    """Name the cells that must be missing answers, and yield their names."""
    for recognise in (_by_signature, _by_elimination):
        for name, model in models.items():
            if utils.is_locked(model) or name in names_of(cells, models):
                continue
            rivals, candidates = _gap(name, cells, models)
            answer = recognise(model, rivals, [cell for cell in candidates if plain(cell.source) not in untracked])
            if answer is not None:
                _give(answer, name)
                yield name


def _gap(name: str, cells: Sequence[NotebookNode], models: Models) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return what lies between the nearest cells with a name: missing answers like `name`, cells that can be them."""
    named = [grade_id(cell) for cell in cells]
    order, present = list(models), names_of(cells, models)
    place, kind = order.index(name), models[name].cell_type
    before = next((other for other in reversed(order[:place]) if other in present), None)
    after = next((other for other in order[place:] if other in present), None)
    first = len(named) - named[::-1].index(before) if before else 0
    last = named.index(after) if after else len(named)
    rivals = order[order.index(before) + 1 if before else 0 : order.index(after) if after else len(order)]
    return (
        [models[other] for other in rivals if not utils.is_locked(models[other]) and models[other].cell_type == kind],
        [cell for cell in cells[first:last] if not grade_id(cell) and cell.cell_type == kind],
    )


def _by_signature(
    model: NotebookNode, rivals: Sequence[NotebookNode], candidates: Sequence[NotebookNode]
) -> NotebookNode | None:
    """Return the only cell that defines what `model` defines, and no rival of it does."""
    first = next(iter(_signatures(model)), None)
    alike = [cell for cell in candidates if first in _signatures(cell)]
    unique = sum(first in _signatures(rival) for rival in rivals) == 1
    return alike[0] if unique and len(alike) == 1 else None


def _signatures(cell: NotebookNode) -> list[str]:
    return list(map(plain, SIGNATURE.findall(cell.source)))


def _by_elimination(
    _model: NotebookNode, rivals: Sequence[NotebookNode], candidates: Sequence[NotebookNode]
) -> NotebookNode | None:
    """Return the only cell in the place of the only missing answer."""
    return candidates[0] if len(rivals) == len(candidates) == 1 else None
