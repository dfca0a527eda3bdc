"""Runs: what executing a notebook gave, apart from the notebook, and the key under which the journal keeps it.

The key is a hash of exactly what executing depends on. Texts, points, and what answers are judged by are no part of it.
So after such a change, a run is laid over the newly repaired notebook and judged again, and nothing is executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from nbformat import from_dict
from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.cells import grade_id
from autograder.execution.normal_form import normal_form
from autograder.execution.shadowed import Names, shadowed, unshadowed
from autograder.execution.withhold import without_rules
from autograder.grading.without_hidden import SHOWN, source_without_hidden
from autograder.judging.verdicts import METADATA
from autograder.regions import Region
from autograder.sandbox.preparation import Preparation
from autograder.submissions.submission import Submission

LAYOUT = 2  # changes with the format of a run, and with what its key is made of
OF_A_RUN = "outputs", "execution_count"  # what a code cell has of its run


def key_of(submission: Submission, prepared: Mapping[str, Preparation], hidden: Region, *environment: str) -> str:
    """Return a hash of everything that executing a submission depends on.

    Args:
        submission: what the student handed in, repaired.
        prepared: notebook -> what makes its kernels faster. Only the names that test cells rely on change results.
        hidden: the region of hidden tests in a cell.
        environment: hashes of settings, installed packages and the like.
    """
    code = {name: _code(content, prepared[name].names, hidden) for name, content in submission.notebooks.items()}
    text = json.dumps([LAYOUT, *environment, code, submission.files_hash], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _code(content: str, names: Names, hidden: Region) -> list[Any]:
    """Return what kernels are given of a notebook: its kernel's name, and its code cells."""
    nb = from_dict(json.loads(content))
    taken = shadowed(nb, names)
    code: list[Any] = [nb.metadata.get("kernelspec", {}).get("name")]
    for number, cell in enumerate(nb.cells, start=1):
        if cell.cell_type == "code":
            sources = [cell.source]
            if utils.is_locked(cell):  # its second run has the part that students may see
                sources = [
                    normal_form(unshadowed(without_rules(source), taken))
                    for source in (cell.source, source_without_hidden(cell, hidden))
                ]
            # The name is part of what is said of a limit that the cell runs into.
            code.append([grade_id(cell) or number, utils.is_grade(cell), *sources])
    return code


def run_of(executed: str) -> str:
    """Return the run of an executed notebook, both as JSON: what its cells put out, and how it ended."""
    nb = json.loads(executed)
    cells = [_of_run(cell) for cell in nb["cells"] if cell["cell_type"] == "code"]
    return json.dumps({"cells": cells, METADATA: nb["metadata"].get(METADATA, {})})


def _of_run(cell: Mapping[str, Any]) -> dict[str, Any]:
    shown = {SHOWN: cell["metadata"][SHOWN]} if SHOWN in cell["metadata"] else {}
    return {name: cell[name] for name in OF_A_RUN} | shown


def laid_over(content: str, run: str) -> NotebookNode:
    """Return a repaired notebook as executed: with the outputs of a run whose code cells run alike, both as JSON."""
    notebook, of_run = json.loads(content), json.loads(run)
    numbered = [(n, cell) for n, cell in enumerate(notebook["cells"], start=1) if cell["cell_type"] == "code"]
    for (number, cell), result in zip(numbered, of_run["cells"], strict=True):
        if SHOWN in result:
            cell["metadata"][SHOWN] = result.pop(SHOWN)
        cell |= result
        if cell["execution_count"] is not None:
            cell["execution_count"] = number  # a text cell may have come before it
    notebook["metadata"][METADATA] = of_run[METADATA]
    nb: NotebookNode = from_dict(notebook)
    return nb
