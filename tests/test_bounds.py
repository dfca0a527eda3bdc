"""A page shows a bounded part of a notebook, so that rendering it takes seconds whatever its writer did."""

import nbformat
import nbformat.v4 as v4
import pytest
from conftest import graded
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.cells import make_output
from autograder.execution.outputs import error_output
from autograder.judging.verdicts import METADATA
from autograder.seams.bounds import LONGEST_OUTPUTS, MOST_CELLS, bound_page
from autograder.seams.pages import Bounded

COLOURED = "\x1b[31mx\x1b[0m" * 40_000


def code(source: str, *outputs: nbformat.NotebookNode, **metadata: object) -> nbformat.NotebookNode:
    """Return a cell as nbformat does, but unvalidated, since that takes long for many outputs."""
    cell = v4.new_code_cell(source, metadata=metadata)
    cell.outputs = list(outputs)
    return cell


def bounded(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    nb = v4.new_notebook()
    nb.cells = list(cells)
    bound_page(nb)
    return nb


def shown(nb: nbformat.NotebookNode) -> int:
    """Return how many letters of outputs a page shows."""
    return sum(len(str(output)) for cell in nb.cells for output in cell.get("outputs", []))


@pytest.mark.parametrize(
    "output",
    [
        make_output("stream", name="stdout", text=COLOURED),
        make_output("display_data", data={"text/plain": COLOURED}),
        error_output("E", "x", [COLOURED] * 200),
    ],
    ids=["stream", "display", "error"],
)
def test_coloured_output_is_cut(output: nbformat.NotebookNode) -> None:
    assert shown(bounded(code("", output))) < 110_000


def test_many_outputs_are_cut_also_small_ones() -> None:
    outputs = [make_output("stream", name="stdout", text="x")] * 4_000
    assert shown(bounded(code("", *outputs), code("", *outputs), code("", *outputs))) < LONGEST_OUTPUTS


def test_the_end_of_an_output_is_shown_since_an_error_ends_with_what_to_do() -> None:
    failure = error_output("E", "x", ["a frame " * 1000] * 200 + ["hint: MY-HINT"])
    (output,) = bounded(code("", failure)).cells[0].outputs
    assert output.traceback[0].endswith("hint: MY-HINT")


def test_verdicts_are_shown_whatever_came_before_them() -> None:
    verdicts = make_output("execute_result", data={"text/plain": "1", "text/html": "<table></table>"})
    judged = code("", verdicts, **{METADATA: {}})
    printed = [code("", make_output("stream", name="stdout", text=COLOURED)) for _ in range(20)]
    assert bounded(*printed, judged).cells[-1].outputs == [verdicts]


@pytest.mark.parametrize("delimiter", ["\\begin{a}", "\\\\[", "\\(", "\\["])
def test_a_text_of_many_formulas_is_left_out(delimiter: str) -> None:
    few, many = (v4.new_markdown_cell(f"{delimiter} x " * number) for number in (100, 300))
    nb = bounded(few, many)
    assert nb.cells[0].source.startswith(delimiter)
    assert nb.cells[1].source == "[This text is left out: it has more than 200 formulas.]"


def test_cells_of_a_students_own_are_bounded_in_number_and_none_of_the_courses_is_left_out() -> None:
    last = graded("pass", "last", locked=True)
    nb = bounded(*[code("x")] * (3 * MOST_CELLS), last)
    assert len(nb.cells) == MOST_CELLS + 1
    assert nb.cells[-1] == last


def test_a_page_of_the_formgrader_is_bounded_and_keeps_the_courses_own_text() -> None:
    nb = v4.new_notebook(cells=[v4.new_code_cell("#" * 50_000), graded("#" * 50_000, "test", locked=True)])
    Bounded(parent=HTMLExporter(config=Config())).preprocess(nb, {"submission_id": "1"})
    assert len(nb.cells[0].source) < 2_000
    assert len(nb.cells[1].source) == 50_000
