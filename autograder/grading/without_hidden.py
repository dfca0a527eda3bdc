"""Without hidden tests: the second run of a notebook, whose outputs a student may see.

A kernel that has run a hidden test could quote it in any later output. So feedback shows none of these outputs. Where
a visible check failed, its message is there to learn from: the notebook is run again without any hidden test, right
after its first run, and the outputs of that run are kept in the metadata of the cells.
"""

from __future__ import annotations

import copy
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.cells import error_of
from autograder.records import outputs_without_records, records_in
from autograder.regions import Region

SHOWN = "autograder_shown"  # the cell metadata key of the outputs that a student may see


def source_without_hidden(cell: NotebookNode, region: Region) -> str:
    """Return the text of a cell, a locked one's without hidden tests; in others, the delimiters mean nothing."""
    return region.split(cell.source)[0] if utils.is_locked(cell) else str(cell.source)


def first_hidden(nb: NotebookNode, region: Region) -> int:
    """Return the place of the first cell that tells a kernel a hidden test, the number of cells if there is none."""
    places = (place for place, cell in enumerate(nb.cells) if cell.cell_type == "code" and _hides(cell, region))
    return next(places, len(nb.cells))


def _hides(cell: NotebookNode, region: Region) -> bool:
    return bool(source_without_hidden(cell, region) != cell.source)


def fails_visibly(nb: NotebookNode, region: Region) -> bool:
    """Return whether a graded cell of an executed notebook failed before its first record, after a hidden test."""
    graded = (
        cell for cell in nb.cells[first_hidden(nb, region) :] if cell.cell_type == "code" and utils.is_grade(cell)
    )
    return any(error_of(cell) and next(records_in(cell), None) is None for cell in graded)


def copy_without_hidden(nb: NotebookNode, region: Region) -> NotebookNode:
    """Return a copy of a notebook to run without hidden tests."""
    visible: NotebookNode = copy.deepcopy(nb)
    for cell in visible.cells:
        cell.source = source_without_hidden(cell, region)
    return visible


def keep_shown(nb: NotebookNode, visible: NotebookNode, region: Region) -> None:
    """Keep in `nb` what cells put out in the run without hidden tests, from the first cell that has one."""
    first = first_hidden(nb, region)
    for cell, other in zip(nb.cells[first:], visible.cells[first:], strict=True):
        if cell.cell_type == "code":
            cell.metadata[SHOWN] = outputs_without_records(other)


def take_shown(cell: NotebookNode) -> list[Any] | None:
    """Take out of a cell what it put out without hidden tests, None if it was not run without them."""
    shown: list[Any] | None = cell.metadata.pop(SHOWN, None)
    return shown
