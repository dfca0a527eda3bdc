"""Feedback: an nbgrader preprocessor that decides what of a graded notebook its writer gets to see.

Code in a kernel can read the hidden tests that run there, and whatever it says afterwards may quote them in any
disguise. So from the first hidden test on nothing is shown that such a kernel said. What stands there instead are
the judge's own words, and what the same notebook puts out when it is run again without any hidden test: that is done
where a visible check failed, so that its message is there to learn from.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.cells import error_of
from autograder.files import plain_files
from autograder.grading.attempts import execute
from autograder.judging.reference import Reference
from autograder.judging.verdicts import METADATA, VISIBLE, Verdict, as_html, verdicts_of
from autograder.records import outputs_without_records
from autograder.regions import Region, hidden_tests
from autograder.seams.bounds import bound_page
from autograder.submissions.submission import MOST

HOME = "run this cell in your notebook to see why"
STOPPED = f"stopped before the hidden tests: {HOME}"  # where the notebook could not be run again
PASSES = "stopped; without the hidden tests it runs through"
FAILED = f"[This cell stopped with an error: {HOME}.]\n"
NOTE = "[Outputs from here on are not shown: they come after hidden tests have run. Run the notebook to see them.]\n"


class Feedback(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Takes hidden tests, and all that could quote them, out of a graded notebook, and what takes long to render."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return what is shown of `nb`."""
        region = hidden_tests(self.config)
        first = next((place for place, cell in enumerate(nb.cells) if _hides(cell, region)), len(nb.cells))
        after = nb.cells[first:]
        if any(map(_failed_visibly, after)) and (again := self._run_again(nb, resources, region)):
            _show_again(after, again[first:])
        else:
            _show_verdicts(after)
        for cell in nb.cells:
            cell.source = _without_hidden(cell, region)
        bound_page(nb)
        return nb, resources

    def _run_again(self, nb: NotebookNode, resources: dict[str, Any], region: Region) -> list[NotebookNode]:
        """Return the cells of `nb` as they come out of a run without hidden tests, none where there can be none."""
        run = copy.deepcopy(nb)
        for cell in run.cells:
            cell.source = _without_hidden(cell, region)
        name, assignment = resources["nbgrader"]["notebook"], resources["nbgrader"]["assignment"]
        try:
            prepared = {name: Reference(parent=self).prepared(assignment, name)}
            files = plain_files(Path(resources["metadata"]["path"]), MOST)
            executed = execute({name: nbformat.writes(run)}, files, prepared, self.config).notebooks
        except Exception as problem:  # whatever it is, it concerns this run alone: the grades are there
            self.log.warning("A notebook could not be run again without hidden tests: %s", problem)
            return []
        return list(nbformat.reads(executed[name], as_version=4).cells)


def _hides(cell: NotebookNode, region: Region) -> bool:
    """Return whether a kernel that runs the cell is told a hidden test."""
    return bool(cell.cell_type == "code" and _without_hidden(cell, region) != cell.source)


def _without_hidden(cell: NotebookNode, region: Region) -> str:
    """Return the text of a cell, a locked one's without hidden tests; in others, the delimiters mean nothing."""
    return region.split(cell.source)[0] if utils.is_locked(cell) else str(cell.source)


def _failed_visibly(cell: NotebookNode) -> bool:
    return any(verdict.name == VISIBLE and verdict.message for verdict in verdicts_of(cell))


def _show_again(cells: Sequence[NotebookNode], again: Sequence[NotebookNode]) -> None:
    """Put into cells that ran after hidden tests the verdicts, and the outputs of the run without them."""
    for cell, other in zip(cells, again, strict=True):
        if cell.cell_type == "code":
            cell.outputs = [*_table(cell, error_of(other) or PASSES), *outputs_without_records(other)]


def _show_verdicts(cells: Sequence[NotebookNode]) -> None:
    """Leave in cells that ran after hidden tests the verdicts, and which one stopped first with an error.

    The note on what is gone stands below the student's first cell, whatever that put out, and only one error is told:
    each cell that shows or does not show something could tell a bit of a hidden test.
    """
    noted = failed = False
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        shown = _table(cell, STOPPED)
        if not shown and not failed and error_of(cell):
            failed = True
            shown = [new_output("stream", text=FAILED)]
        if not noted and not utils.is_locked(cell):
            noted = True
            shown.append(new_output("stream", text=NOTE))
        cell.outputs = shown


def _table(cell: NotebookNode, visible: str) -> list[NotebookNode]:
    """Return the output with the verdicts on a cell, none where it is not judged; `visible` is why checks failed."""
    if METADATA not in cell.metadata:
        return []
    verdicts = [replace(verdict, message=_message(verdict, visible), remark="") for verdict in verdicts_of(cell)]
    points = f"{sum(verdict.earned for verdict in verdicts):g}"
    return [new_output("execute_result", data={"text/plain": points, "text/html": as_html(verdicts)})]


def _message(verdict: Verdict, visible: str) -> str:
    if verdict.name == VISIBLE:
        return visible if verdict.message else ""
    return verdict.told or verdict.message
