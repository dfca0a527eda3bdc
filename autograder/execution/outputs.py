"""Makes cell outputs from a kernel's messages: valid, bounded, and harmless to look at.

Student code controls the kernel. Each message is rebuilt from the few parts that are wanted, and the rest is dropped.
HTML, SVG, JavaScript, widgets and LaTeX could run in the reader's browser, so their plain text replaces them.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.cells import make_output, shortened
from autograder.harmless import IMAGES, is_image, text_of
from autograder.records import MIME
from autograder.values import MAX_BYTES, MAX_DEPTH, MAX_PARTS, RecordError

LONGEST_ERROR = 10_000  # letters of an error's message, and of each line of its traceback
MOST_LINES = 200  # of a traceback
MOST_LETTERS = MAX_BYTES * 3 // 2  # of a record, which also holds a name, a rule and a hint
MOST_PARTS = MAX_PARTS * 3 // 2
DEEPEST = 3 * MAX_DEPTH  # levels of a record: each level of its value takes up to two


def output_of_message(kind: str, content: dict[str, Any]) -> NotebookNode | None:
    """Return a message of type `kind` as an output, None if it holds nothing that is wanted."""
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return make_output("stream", name=name, text=text_of(content.get("text")))
    if kind == "error":
        return error_output(content.get("ename"), content.get("evalue"), content.get("traceback"))
    if kind in ("display_data", "execute_result"):
        data = _data(content.get("data"))
        count = {"execution_count": None} if kind == "execute_result" else {}
        return make_output(kind, data=data, metadata={}, **count) if data else None
    return None


def error_output(name: Any, message: Any, traceback: Any = None) -> NotebookNode:
    """Return an error output whose texts have bounded length."""
    lines = traceback if isinstance(traceback, list) else []
    return make_output(
        "error",
        ename=text_of(name)[:100] or "Error",
        evalue=shortened(text_of(message), LONGEST_ERROR),
        traceback=[shortened(text_of(line), LONGEST_ERROR) for line in _ends(lines)],
    )


def _ends(lines: list[Any]) -> list[Any]:
    """Return the lines of a traceback. Of a long one, keep the first and the last, because notes are at the end."""
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES // 2], *lines[-MOST_LINES // 2 :]]


def _data(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        return {}
    copied: dict[str, Any] = {}
    if isinstance(data.get(MIME), dict):
        with contextlib.suppress(RecordError):
            # Text, because objects take up to a hundred times the memory and a kernel can send many.
            copied[MIME] = json.dumps(RecordCopier().copy(data[MIME]))
    if "text/plain" in data:
        copied["text/plain"] = text_of(data["text/plain"])
    for name, start in IMAGES.items():
        if name in data and is_image(data[name], start):
            copied[name] = data[name].strip()
    return copied


class RecordCopier:
    """Copies JSON data of at most the size of a record. Raises RecordError if it is larger."""

    def __init__(self) -> None:
        """Begin with the full allowance."""
        self.parts, self.letters = MOST_PARTS, MOST_LETTERS

    def copy(self, value: Any, depth: int = 0) -> Any:
        """Return the data, its texts changed so that they can be written to a file."""
        if depth > DEEPEST:
            raise RecordError(f"it is nested deeper than {DEEPEST} levels")
        self._count(len(value) if isinstance(value, str) else 1)
        if isinstance(value, dict):
            return {self.copy(key, depth + 1): self.copy(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.copy(item, depth + 1) for item in value]
        return text_of(value) if isinstance(value, str) else value

    def _count(self, letters: int) -> None:
        self.parts, self.letters = self.parts - 1, self.letters - letters
        if self.parts < 0 or self.letters < 0:
            raise RecordError(f"it has more than {MOST_PARTS:,} parts or {MOST_LETTERS:,} letters")
