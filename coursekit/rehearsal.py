"""Rehearsal: a notebook is run from the top in a fresh kernel, and each exercise gets its standing."""

from __future__ import annotations

import ast
import asyncio
import logging
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from coursekit.standings import BY_A_PERSON, NOT_RUN, PASS, TO_DO, WRITTEN, Standing, plain, standing_after

Notebook = Any  # nbformat's node; it carries no types
HEADING = re.compile(r"^#+ +Exercise +(\d+)\W+(.+?) *$", re.MULTILINE)
STUB = re.compile(r"\W*your answer here\W*", re.IGNORECASE)  # what nbgrader and this course leave for an answer
STARTING = 60  # seconds for a kernel to start


@dataclass
class Rehearsal:
    """What came of a run."""

    standings: list[Standing] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # sentences about what went wrong besides failing checks


def rehearse(notebook: Notebook, folder: Path, seconds: int, tell: Callable[[int, int], None]) -> Rehearsal:
    """Run a notebook from the top in a fresh kernel. Its cells get their outputs.

    Args:
        notebook: what nbformat has read.
        folder: where the kernel runs.
        seconds: the time limit of a cell.
        tell: called before each cell with its number and the number of all cells.

    Returns:
        The standing of each exercise, and what else is to be told.
    """
    result = Rehearsal()
    replies = _run(notebook, folder, seconds, tell, result.remarks)
    heading = ""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and (headings := HEADING.findall(cell.source)):
            heading = " · ".join(headings[-1])
        facts = cell.metadata.get("nbgrader") or {}
        reply = replies.get(index)
        if facts.get("grade"):
            result.standings.append(_standing(cell, facts, heading, reply))
        elif reply and reply["status"] == "error":
            said = plain(f"{reply['ename']}: {reply['evalue']}", 90)
            result.remarks.append(f"{_name(cell, index)} stopped with {said}.")
    return result


def _run(
    notebook: Notebook, folder: Path, seconds: int, tell: Callable[[int, int], None], remarks: list[str]
) -> dict[int, dict[str, Any]]:
    """Run all code cells, and return the kernel's replies by the numbers of the cells that came to an end."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(
        notebook,
        timeout=seconds,
        startup_timeout=STARTING,
        kernel_name="python3",
        allow_errors=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.log = logging.getLogger("coursekit.rehearsal")  # what it logs is said here in one sentence
    client.log.setLevel(logging.CRITICAL + 1)
    replies: dict[int, dict[str, Any]] = {}

    def keep(cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        if execute_reply["content"]["status"] in ("ok", "error"):  # not "aborted"
            replies[cell_index] = execute_reply["content"]

    client.on_cell_executed = keep
    index = 0
    stuck = False  # whether the cell before ran out of time
    try:
        with client.setup_kernel(stderr=subprocess.DEVNULL):
            for index, cell in enumerate(notebook.cells):
                tell(index + 1, len(notebook.cells))
                try:
                    client.execute_cell(cell, index)
                    stuck = stuck and cell.cell_type != "code"
                except CellTimeoutError:
                    remarks.append(_too_slow(cell, index, seconds))
                    if stuck:
                        remarks.append("The kernel could not be interrupted, so the cells after that were not run.")
                        break
                    stuck = True
                    assert client.km is not None, "the kernel has been started"
                    _wait_for(client.km.interrupt_kernel())
    except DeadKernelError:
        remarks.append(f"The kernel died in {_name(notebook.cells[index], index)}, so the cells after it were not run.")
    except (RuntimeError, OSError, ValueError) as error:
        remarks.append(f"The notebook could not be run to its end ({plain(str(error), 90)}).")
    return replies


def _wait_for(answer: Any) -> None:
    """Wait for what the kernel's manager does in an event loop of its own."""
    if asyncio.iscoroutine(answer):
        asyncio.run(answer)


def _too_slow(cell: Any, index: int, seconds: int) -> str:
    return f"{_name(cell, index)} took more than {seconds} seconds and was stopped: look for a loop that does not end."


def _name(cell: Any, index: int) -> str:
    grade_id = (cell.metadata.get("nbgrader") or {}).get("grade_id")
    return f"Cell {index + 1}" + (f" ({plain(str(grade_id), 40)})" if grade_id else "")


def _standing(cell: Any, facts: dict[str, Any], heading: str, reply: dict[str, Any] | None) -> Standing:
    """Return the standing of a cell with points, from the kernel's reply if there was one."""
    grade_id = str(facts.get("grade_id"))
    if facts.get("solution") or facts.get("task"):
        done = bool(cell.source.strip()) and not STUB.fullmatch(cell.source)
        return Standing(heading or grade_id, *((WRITTEN, "a person reads it") if done else (TO_DO, BY_A_PERSON)))
    name = _exercise(cell.source) or grade_id
    if reply is None:
        return Standing(name, NOT_RUN)
    if reply["status"] == "ok":
        return Standing(name, PASS)
    if reply["ename"] == "NotImplementedError" and not reply["evalue"]:
        return Standing(name, TO_DO, "write your answer")
    return standing_after(name, reply["ename"], reply["evalue"])


def _exercise(source: str) -> str | None:
    """Return the number and title that a test cell gives `checks.exercise`."""
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return None
    for call in calls:
        if ast.unparse(call.func) == "checks.exercise" and len(call.args) == 2:
            number, title = (getattr(argument, "value", None) for argument in call.args)
            return f"{number} · {title}"
    return None
