"""Cells: what a notebook's cells and their outputs hold."""

from __future__ import annotations

from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import from_dict
from nbformat.notebooknode import NotebookNode

LONGEST_MESSAGE = 1000  # letters of an error's message that becomes part of a verdict
LONGEST_NOTES = 2000  # letters of the notes on an error: an exercise's title, its hint and what to reread
LEFT_OUT = "\n[…]\n"


def grade_id(cell: NotebookNode) -> str | None:
    """Return the name by which nbgrader knows a cell, None if it knows none."""
    return cell.metadata.get("nbgrader", {}).get("grade_id") or None


def make_output(kind: str, **fields: Any) -> NotebookNode:
    """Return an output with all its fields.

    Unlike nbformat's `new_output`, this does not validate the output against the schema, which is slow. The whole
    notebook is validated when it is written.
    """
    output: NotebookNode = from_dict({"output_type": kind, **fields})
    return output


def error_of(cell: NotebookNode) -> str | None:
    """Return the message of a cell's first error output and the notes on it, None if the cell has no error.

    A long message and long notes are each shortened in the middle, because both end with what to do.
    """
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            message = f"{output.ename}: {output.evalue}" if output.evalue else str(output.ename)
            lines = [strip_ansi(line) for line in output.traceback]
            # IPython shows notes after the line with the error's name.
            named = max((n for n, line in enumerate(lines) if line.startswith(f"{output.ename}:")), default=len(lines))
            notes = "\n".join(lines[named + 1 :])
            bounded = shortened(message, LONGEST_MESSAGE), shortened(notes, LONGEST_NOTES)
            return "\n".join(part for part in bounded if part)
    return None


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` letters: of a long one the first third, and the end."""
    if len(text) <= most:
        return text
    first = most // 3
    last = most - first - len(LEFT_OUT)
    return f"{text[:first]}{LEFT_OUT}{text[-last:]}"
