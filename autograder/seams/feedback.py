"""Feedback: an nbgrader preprocessor that leaves the part of a graded notebook that its student may see.

Code in a kernel can read the hidden tests that run there, and may quote them in later outputs, in any disguise. So
feedback shows no output of such a kernel from the first hidden test on. Instead, it shows the judge's own words. If a
visible check failed, it also shows the outputs of a second run without hidden tests (grading/without_hidden).
Grading has kept these outputs: making feedback starts no kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.cells import error_of
from autograder.grading.without_hidden import first_hidden, source_without_hidden, take_shown
from autograder.judging.verdicts import METADATA, VISIBLE, Verdict, as_html, verdicts_of
from autograder.regions import hidden_tests
from autograder.seams.bounds import bound_page

HOME = "run this cell in your notebook to see why"
STOPPED = f"stopped before the hidden tests: {HOME}"  # where there was no second run
PASSES = "stopped; without the hidden tests it runs through"
FAILED = f"[This cell stopped with an error: {HOME}.]\n"
NOTE = "[Outputs from here on are not shown: they come after hidden tests have run. Run the notebook to see them.]\n"


class Feedback(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Removes hidden tests, outputs that could quote them, and parts that take long to render."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook that feedback shows."""
        region = hidden_tests(self.config)
        after = nb.cells[first_hidden(nb, region) :]
        shown = [take_shown(cell) for cell in after]
        if any(map(_failed_visibly, after)) and any(outputs is not None for outputs in shown):
            _show_second_run(after, shown)
        else:
            _show_verdicts(after)
        for cell in nb.cells:
            cell.source = source_without_hidden(cell, region)
        bound_page(nb)
        return nb, resources


def _failed_visibly(cell: NotebookNode) -> bool:
    return any(verdict.name == VISIBLE and verdict.message for verdict in verdicts_of(cell))


def _show_second_run(cells: Sequence[NotebookNode], shown: Sequence[list[Any] | None]) -> None:
    """Put into cells that ran after hidden tests the verdicts, and the outputs of the run without hidden tests."""
    for cell, outputs in zip(cells, shown, strict=True):
        if cell.cell_type == "code":
            cell.outputs = outputs or []
            cell.outputs = [*_table(cell, error_of(cell) or PASSES), *cell.outputs]


def _show_verdicts(cells: Sequence[NotebookNode]) -> None:
    """Leave the verdicts in cells that ran after hidden tests, and name the first cell that stopped with an error.

    Each cell that shows something, or does not, could reveal one bit of a hidden test. So only one error is named, and
    the note on missing outputs always stands below the student's first cell.
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
    """Return the output with a cell's verdicts, none if it is not judged; `visible` is why visible checks failed."""
    if METADATA not in cell.metadata:
        return []
    verdicts = [replace(verdict, message=_message(verdict, visible), remark="") for verdict in verdicts_of(cell)]
    points = f"{sum(verdict.earned for verdict in verdicts):g}"
    return [new_output("execute_result", data={"text/plain": points, "text/html": as_html(verdicts)})]


def _message(verdict: Verdict, visible: str) -> str:
    if verdict.name == VISIBLE:
        return visible if verdict.message else ""
    return verdict.told or verdict.message
