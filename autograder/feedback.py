"""Feedback: an nbgrader preprocessor that decides what of a graded notebook its writer gets to see.

Code in a kernel can read the hidden tests that run there, and whatever it prints afterwards may quote them in any
disguise. So from the first hidden test on, only the judge's verdicts are shown: the student's own outputs up to
there stay, and those after it the student has at home. Messages, parts of which are a student's, are shortened,
and left out where they quote a hidden test.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.judge import METADATA, Verdict, as_html

REGION = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(?:END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)
QUOTE = 14  # letters and digits in a row that are taken for a quotation
LONGEST = 300  # letters of a message
WITHHELD = "(left out: it quotes a hidden test)"
NOTE = "[Outputs from here on are not shown: they come after hidden tests have run. Run the notebook to see them.]\n"


class Feedback(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Takes hidden tests, and what could quote them, out of a graded notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return what is shown of `nb`."""
        secrets = Secrets(
            region for cell in nb.cells if utils.is_locked(cell) for region in REGION.findall(cell.source)
        )
        seen = noted = False
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            seen = seen or (utils.is_locked(cell) and bool(REGION.search(cell.source)))
            if seen:
                told = _told(cell, secrets)
                if len(told) < len(cell.outputs) and not noted:
                    told.append(new_output("stream", text=NOTE))
                    noted = True
                cell.outputs = told
            if utils.is_locked(cell):
                cell.source = REGION.sub("", cell.source)
        return nb, resources


class Secrets:
    """The text of hidden tests, and whether something quotes it."""

    def __init__(self, regions: Iterable[str]) -> None:
        """Remember every run of QUOTE letters and digits."""
        texts = [_letters(region) for region in regions]
        self.quotes = {text[i : i + QUOTE] for text in texts for i in range(len(text) - QUOTE + 1)}

    def in_(self, text: str) -> bool:
        """Return whether `text` quotes a hidden test, plainly or in a common disguise."""
        return any(
            version[i : i + QUOTE] in self.quotes
            for version in _readings(text)
            for i in range(len(version) - QUOTE + 1)
        )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _readings(text: str) -> Iterator[str]:
    """Yield what a text may be meant to be read as."""
    plain = _letters(text)
    yield from (plain, plain[::-1], codecs.decode(plain, "rot13"))
    for run in re.findall(r"[A-Za-z0-9+/_=-]{16,}", text):
        for start in range(4):
            with_padding = run[start:].rstrip("=").replace("-", "+").replace("_", "/")
            yield _letters(_decoded(base64.b64decode, with_padding[: len(with_padding) // 4 * 4]))
    for run in re.findall(r"(?:[0-9A-Fa-f]{2}[\s:,]*){8,}", text):
        yield _letters(_decoded(bytes.fromhex, re.sub(r"[^0-9A-Fa-f]", "", run)[: len(run) // 2 * 2]))


def _decoded(decode: Any, text: str) -> str:
    try:
        return bytes(decode(text)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _told(cell: NotebookNode, secrets: Secrets) -> list[NotebookNode]:
    """Return the outputs that a cell shows after hidden tests have run: verdicts, or the message of its error."""
    if METADATA in cell.metadata:
        verdicts = [Verdict(**item) for item in cell.metadata[METADATA]["verdicts"]]
        shown = [replace(verdict, message=_safe(verdict.message, secrets)) for verdict in verdicts]
        points = f"{sum(verdict.earned for verdict in shown):g}"
        return [new_output("execute_result", data={"text/plain": points, "text/html": as_html(shown)})]
    errors = [output for output in cell.outputs if output.output_type == "error"][:1]
    return [new_output("stream", text=_safe(f"{item.ename}: {item.evalue}", secrets) + "\n") for item in errors]


def _safe(message: str, secrets: Secrets) -> str:
    return WITHHELD if secrets.in_(message) else message[:LONGEST]
