"""Collects the outputs of one cell from a kernel's messages, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.cells import grade_id, make_output
from autograder.execution.client import SMALLEST_MESSAGE
from autograder.execution.outputs import error_output, output_of_message
from autograder.harmless import printable
from autograder.records import is_record

TIMEOUT = "CellTimeoutError"  # the name of the error output of a cell that reached its time limit
LONGEST_NAME = 100  # letters of a cell's name


class CellOutputs:
    """The outputs of one cell, and a note on each limit that the cell reached."""

    def __init__(self, cell: NotebookNode, number: int, most_kb: int, notes: list[str]) -> None:
        """Begin with no outputs.

        Args:
            cell: the cell whose outputs these are. Its old outputs are removed.
            number: the cell's number in the notebook, for notes about a cell that has no grade id.
            most_kb: kilobytes of outputs that are kept, besides records.
            notes: the notebook's notes, to which the cell's are added.
        """
        self.outputs: list[NotebookNode] = []
        cell.outputs = self.outputs
        self.most_kb = most_kb
        self.size = 0  # bytes of the outputs that have arrived, records not counted
        self.notes = notes
        self.cell_name = printable(str(grade_id(cell) or number))[:LONGEST_NAME]

    def note(self, limit: str) -> None:
        """Note that the cell reached a limit, once per limit."""
        note = f"cell {self.cell_name}: {limit}"
        if note not in self.notes[-2:]:
            self.notes.append(note)

    def take(self, message: dict[str, Any]) -> bool:
        """Take the wanted part of a message.

        Displays are not updated later, and there are no widgets. Clearing a cell's output leaves its records.

        Returns:
            Whether the message says that the kernel is idle.
        """
        kind, content, size = str(message.get("msg_type")), message.get("content"), int(message["size"])
        if isinstance(content, bytes):  # too large to be unpacked
            self._add_bounded(make_output("stream", name="stdout", text=""), size)
        if not isinstance(content, dict):
            return False
        if kind == "status":
            return content.get("execution_state") == "idle"
        if kind == "clear_output":
            self.outputs[:] = [output for output in self.outputs if is_record(output)]
            self.size = 0
        output = output_of_message(kind, content)
        if output is not None and is_record(output):
            self.outputs.append(output)
        elif output is not None:
            self._add_bounded(output, max(size, SMALLEST_MESSAGE))
        return False

    def _add_bounded(self, output: NotebookNode, size: int) -> None:
        """Add an output of `size` bytes, or the part of it that the cell may still show."""
        left = self.most_kb * 1000 - self.size
        self.size += size
        if size <= left:
            self._add(output)
        elif left > 0:
            shown = output.text[:left] if output.output_type == "stream" else ""
            note = f"{shown}\n[output beyond {self.most_kb} kB is left out]\n"
            self._add(make_output("stream", name="stdout", text=note))
            self.note(f"its output beyond {self.most_kb} kB is left out")

    def _add(self, output: NotebookNode) -> None:
        """Add an output. Text is joined to text before it on the same stream."""
        last = self.outputs[-1] if self.outputs else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            self.outputs.append(output)

    def add_error(self, name: str, message: str) -> None:
        """Add an error output that the grader itself makes."""
        self.outputs.append(error_output(name, message))

    def add_error_of(self, reply: Mapping[str, Any]) -> None:
        """Add the error of a reply if no output shows it. A time limit comes before the interrupt that it led to."""
        errors = [place for place, output in enumerate(self.outputs) if output.output_type == "error"]
        if reply.get("status") == "error" and (not errors or reply.get("ename") == TIMEOUT):
            output = error_output(reply.get("ename"), reply.get("evalue"), reply.get("traceback"))
            self.outputs.insert(errors[0] if errors else len(self.outputs), output)

    def drop_records(self) -> None:
        """Remove all records of the cell."""
        self.outputs[:] = [output for output in self.outputs if not is_record(output)]
