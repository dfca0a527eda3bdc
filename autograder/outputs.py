"""Outputs: what a kernel sent, made into cell outputs that are valid, bounded, and harmless to look at.

A kernel belongs to the student: each message is rebuilt from the few parts that are wanted, and the rest is dropped.
HTML, SVG, JavaScript, widgets and LaTeX could run in the reader's browser, so their plain text stands for them.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

from autograder.records import MIME

IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
LONGEST_ERROR = 10_000  # letters of an error's message, and of each line of its traceback
MOST_LINES = 200  # of a traceback


def tidy(kind: str, content: dict[str, Any]) -> NotebookNode | None:
    """Return a message of type `kind` as an output, None where it holds nothing that is wanted."""
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=text_of(content.get("text")))
    if kind == "error":
        return error(content.get("ename"), content.get("evalue"), content.get("traceback"))
    if kind in ("display_data", "execute_result"):
        data = _data(content.get("data"))
        return new_output(kind, data=data) if data else None
    return None


def error(name: Any, message: Any, traceback: Any = None) -> NotebookNode:
    """Return an error output with texts of bounded length."""
    lines = traceback if isinstance(traceback, list) else []
    return new_output(
        "error",
        ename=text_of(name)[:100] or "Error",
        evalue=text_of(message)[:LONGEST_ERROR],
        traceback=[text_of(line)[:LONGEST_ERROR] for line in lines[:MOST_LINES]],
    )


def _data(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        return {}
    kept: dict[str, Any] = {}
    if isinstance(data.get(MIME), dict):
        kept[MIME] = data[MIME]
    if "text/plain" in data:
        kept["text/plain"] = text_of(data["text/plain"])
    for name, start in IMAGES.items():
        if name in data and is_image(data[name], start):
            kept[name] = data[name].strip()
    return kept


def is_image(encoded: Any, start: bytes) -> bool:
    """Return whether `encoded` is base64 of bytes that begin with `start`."""
    if not isinstance(encoded, str):
        return False
    try:
        return base64.b64decode(encoded.replace("\n", ""), validate=True).startswith(start)
    except (binascii.Error, ValueError):
        return False


def text_of(value: Any) -> str:
    """Return a text that can be written to a file, whatever `value` is."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "".join(value)
    text = value if isinstance(value, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8")
