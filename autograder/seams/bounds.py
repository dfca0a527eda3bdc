"""Bounds: a page shows a part of a long notebook, so that it is rendered in seconds, whatever a student wrote.

nbconvert takes quadratic time for some texts: ANSI colours, LaTeX delimiters, long lines, runs of spaces.
Measured with nbconvert 7.17 on one core: 4 MB of coloured output 78 s, 100 kB of it 0.15 s; 120 kB of LaTeX
delimiters 50 s, 20 kB with 200 of them 0.07 s. The slowest page tried, 200 kB of short names, took 27 s on a busy
machine; a page holds half of that.
"""

from __future__ import annotations

import re

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.cells import make_output, shortened
from autograder.judging.verdicts import METADATA

MOST_CELLS = 1_000  # cells that the student wrote
LONGEST_CELL = 20_000  # letters of such a cell
LONGEST_NOTEBOOK = 100_000  # letters of all such cells together
LONGEST_LINE = 1_000  # letters of a line of code
LONGEST_GAP = 200  # consecutive spaces and tabs in a text
MOST_FORMULAS = 200  # LaTeX delimiters in a text
LONGEST_OUTPUT = 50_000  # letters of an output
LONGEST_OUTPUTS = 500_000  # letters of all outputs together
LEAST_OUTPUT = 100  # an output counts as this many letters or more
CUT = "[The rest is left out: {} are shown.]"
NO_OUTPUT = f"[Outputs from here on are left out: {LONGEST_OUTPUTS} letters of outputs are shown.]\n"
GAP = re.compile(rf"([ \t]{{{LONGEST_GAP}}})[ \t]+")
LINE = re.compile(rf"^(.{{{LONGEST_LINE}}}).+", re.MULTILINE)
FORMULA = re.compile(r"\\(?:begin|[\[(])")


def bound_page(nb: NotebookNode) -> None:
    """Cut a graded notebook to the part that a page shows. The instructor's cells and the verdicts stay whole."""
    _bound_cells(nb)
    left = LONGEST_OUTPUTS
    for cell in nb.cells:
        if cell.cell_type == "code":
            left = _bound_outputs(cell, left)


def _bound_cells(nb: NotebookNode) -> None:
    left, own = LONGEST_NOTEBOOK, 0
    shown = []
    for cell in nb.cells:
        if not utils.is_locked(cell):
            own += 1
            cell.source = bounded(cell.source, cell.cell_type, min(left, LONGEST_CELL))
            left -= min(left, len(cell.source))
        if own <= MOST_CELLS or "nbgrader" in cell.metadata:
            shown.append(cell)
    nb.cells = shown


def bounded(text: str, kind: str, most: int = LONGEST_CELL) -> str:
    """Return about `most` letters of a cell's text, without parts that take long to render."""
    note = f"# {CUT}" if kind == "code" else CUT
    if kind == "code":
        text = LINE.sub(rf"\1  {note.format(f'{LONGEST_LINE} letters of a line')}", text)
    elif len(FORMULA.findall(text)) > MOST_FORMULAS:
        text = f"[This text is left out: it has more than {MOST_FORMULAS} formulas.]"
    else:
        text = GAP.sub(r"\1", text)
    return text if len(text) <= most else f"{text[:most]}\n{note.format(f'{most} letters')}"


def _bound_outputs(cell: NotebookNode, left: int) -> int:
    """Cut the outputs of a cell to `left` letters; return how many letters are left for other cells."""
    shown = [output for output in cell.outputs[:1] if METADATA in cell.metadata]  # the verdicts
    for output in cell.outputs[len(shown) :]:
        if left <= 0:
            shown.append(make_output("stream", name="stdout", text=NO_OUTPUT))
            break
        left -= max(_bound_output(output), LEAST_OUTPUT)
        shown.append(output)
    cell.outputs = shown
    return left


def _bound_output(output: NotebookNode) -> int:
    """Cut the text of an output; return its length in letters. Pictures are rendered at once, so they stay."""
    if output.output_type == "stream":
        output.text = text = shortened(output.text, LONGEST_OUTPUT)
    elif output.output_type == "error":
        text = shortened("\n".join(output.traceback), LONGEST_OUTPUT)
        output.traceback = [text]
    else:
        text = shortened("".join(output.data.get("text/plain", "")), LONGEST_OUTPUT)
        if text:
            output.data["text/plain"] = text
    return len(text)
