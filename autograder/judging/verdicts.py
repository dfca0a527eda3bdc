"""Verdicts: what the judge found about a cell, kept in its metadata and shown as its first output."""

from __future__ import annotations

import html
import math
from dataclasses import asdict, dataclass

from nbformat.notebooknode import NotebookNode

from autograder.cells import make_output
from autograder.records import outputs_without_records

METADATA = "autograder"  # the metadata key under which verdicts travel to feedback and reports
NO_BREAK = "\N{NO-BREAK SPACE}"
VISIBLE = "visible checks"  # the name of a verdict on the part of a cell before its records


@dataclass(frozen=True)
class Verdict:
    """What the judge found about one record, or about a cell as a whole."""

    name: str  # the record's name; VISIBLE for the part before the records
    earned: float  # points
    possible: float  # points
    message: str  # what is wrong, "" if nothing is
    hint: str  # what to do about it, "" if there is no hint
    told: str = ""  # what the student reads instead of the message, "" if that is the message itself
    remark: str = ""  # what only the instructor reads, also about an accepted value

    @property
    def passed(self) -> bool:
        """Whether all points were earned."""
        return self.earned >= self.possible and not self.message


def verdicts_of(cell: NotebookNode) -> list[Verdict]:
    """Return the verdicts on a judged cell; a cell that was not judged has none."""
    return [Verdict(**fields) for fields in cell.metadata.get(METADATA, {}).get("verdicts", [])]


def write_verdicts(cell: NotebookNode, verdicts: list[Verdict]) -> None:
    """Put the points and the verdicts into a cell, and take the records out."""
    cell.metadata[METADATA] = {"verdicts": [asdict(verdict) for verdict in verdicts]}
    earned = math.fsum(verdict.earned for verdict in verdicts)
    result = make_output(
        "execute_result",
        execution_count=cell.get("execution_count"),
        data={"text/plain": repr(round(earned, 6)), "text/html": as_html(verdicts)},
        metadata={},
    )
    cell.outputs = [result, *outputs_without_records(cell)]


def as_html(verdicts: list[Verdict]) -> str:
    """Return the verdicts as an HTML table; all text is escaped, because parts of it come from a student."""
    rows = []
    for verdict in verdicts:
        mark = "✔" if verdict.passed else "✘"
        score = f"{verdict.earned:g} / {verdict.possible:g}".replace(" ", NO_BREAK)
        lines = [verdict.message, verdict.hint and f"hint: {verdict.hint}", verdict.remark]
        text = "\n".join(filter(None, lines))
        rows.append("<tr>" + "".join(map(_as_table_cell, (mark, verdict.name, score, text))) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _as_table_cell(text: str) -> str:
    lines = html.escape(text).splitlines()
    return f"<td style='text-align:left'>{'<br>'.join(lines)}</td>"
