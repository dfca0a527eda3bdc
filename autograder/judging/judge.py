"""The judge: an nbgrader preprocessor that turns the records of an executed notebook into points.

It stands between Execute and SaveAutoGrades, in nbgrader's own process, where no student code runs. Into
each graded cell it puts, as the first output, a result with the points: nbgrader's rule for partial credit
reads just that one, so whatever else the cell printed cannot change the grade, and stderr costs nothing.

What a submission can learn of the hidden tests
-----------------------------------------------
Student code runs next to the hidden tests, so it can read them, choose by them what it returns, and have its writer
read that in the verdicts. That a record passes or fails, and so earns its points or not, is one bit of each record:
no grade can avoid it. The sentence on a failed record (`Verdict.told`, or else `Verdict.message`) is one of at most
64, counted over all values that were tried: 16 kinds of error, four ways not to be a value, and up to 40 for a value.
So a record tells 6 bits at most, its point included; before, shapes and counts told 22 and more. A list in a value
adds one sentence for each form that differs among its expected items, a mapping at most eight, one for each key.
A cell without records tells its points, which the student's own process chooses: about 20 bits.
"""

from __future__ import annotations

import functools
import html
import math
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Dict, Unicode
from traitlets.utils.importstring import import_item

from autograder.execution.outputs import LONGEST_MESSAGE, error_of, new
from autograder.harmless import text_of
from autograder.judging.reference import Records, Reference
from autograder.judging.rules import LabelsError, LabelSets, objection, suspicion
from autograder.judging.wording import error_named
from autograder.records import MIME, records_by_name, records_in
from autograder.values import RecordError, decode

METADATA = "autograder"  # the cell metadata key under which verdicts travel to feedback and reports
LONGEST_NUMBER = 200  # letters; what is longer is no number
NO_BREAK = "\N{NO-BREAK SPACE}"
UNREADABLE = "the value cannot be read"
INCOMPARABLE = "the value cannot be compared with the expected one"
VISIBLE = "visible checks"  # the name of a verdict on the part of a cell before its records


@dataclass(frozen=True)
class Verdict:
    """What the judge found about one record, or about a cell as a whole."""

    name: str  # the record's name; VISIBLE for the part before the records
    earned: float  # points
    possible: float  # points
    message: str  # what is wrong, "" where nothing is
    hint: str  # what to do about it, "" where nothing is to be said
    told: str = ""  # what the student reads in place of the message, "" where that is the message itself
    remark: str = ""  # what the instructor alone reads, about a value that is accepted, too

    @property
    def passed(self) -> bool:
        """Whether all points were earned."""
        return self.earned >= self.possible and not self.message


class Judge(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Compares each graded cell's records with the reference's, and writes points and verdicts into it."""

    labels = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="Label sets that accuracy rules may name: name -> 'package.module.function' without arguments.",
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Read a reference's records once, however many submissions are judged by them."""
        super().__init__(**kwargs)
        self.records = functools.cache(Reference(parent=self).records)

    def label_sets(self) -> LabelSets:
        """Return the label sets that the course names."""
        return LabelSets({name: functools.partial(_load, target) for name, target in self.labels.items()})

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Judge every graded code cell of the executed notebook `nb`."""
        where = resources["nbgrader"]
        expected = self.records(where["assignment"], where["notebook"])
        label_sets = self.label_sets()
        for cell in nb.cells:
            cell.metadata.pop(METADATA, None)
            if utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code":
                verdicts = judge_cell(cell, expected.get(cell.metadata.nbgrader.grade_id, {}), label_sets)
                _write(cell, verdicts)
        return nb, resources


def _load(target: str) -> Any:
    return import_item(target)()


def judge_cell(cell: NotebookNode, expected: Records, labels: LabelSets) -> list[Verdict]:
    """Return the verdicts on one executed grade cell; their points add up to the cell's.

    If a required record is not accepted, its verdict is the only one, and the cell earns nothing.
    """
    points = float(cell.metadata.nbgrader.points)
    failure = error_of(cell)
    if not expected:
        earned = _points_by_nbgraders_rule(cell, points)
        return [Verdict(VISIBLE, earned, points, failure, "")]
    if failure and next(records_in(cell), None) is None:
        return [Verdict(VISIBLE, 0, points, failure, "")]
    total = sum(reference["weight"] for reference in expected.values())
    got = records_by_name(cell, expected)
    verdicts = []
    for name, reference in expected.items():
        share = points * reference["weight"] / total if total else 0
        verdict = _judge_record(name, reference, got.get(name, []), share, labels)
        if reference["required"] and not verdict.passed:
            return [replace(verdict, possible=points)]
        verdicts.append(verdict)
    return verdicts


def _judge_record(
    name: str, reference: dict[str, Any], got: list[dict[str, Any]], points: float, labels: LabelSets
) -> Verdict:
    message, told = _fault(reference, got, labels)
    if not message:
        remark = suspicion(decode(got[0]["value"]), reference["rule"], labels)
        return Verdict(name, points, points, "", "", remark=remark)
    return Verdict(name, 0, points, text_of(message)[:LONGEST_MESSAGE], reference["hint"], told)


def _fault(reference: dict[str, Any], got: list[dict[str, Any]], labels: LabelSets) -> tuple[str, str]:
    """Return what is wrong with a record, "" if nothing is, and what a student reads instead if that differs."""
    if not got:
        return "the cell stopped before this test", ""
    if len(got) > 1:
        return "recorded more than once", ""
    if "error" in got[0]:
        error = got[0]["error"]
        return f"raised {error}", error_named(error.partition(":")[0] if isinstance(error, str) else "")
    expected = decode(reference["value"])
    try:
        return objection(expected, decode(got[0].get("value")), reference["rule"], labels) or "", ""
    except RecordError as error:
        return str(error), UNREADABLE
    except LabelsError:
        raise
    except Exception as error:
        # NumPy refuses some values that a student can make up, each in its own way; the other records still count.
        return f"{INCOMPARABLE} ({type(error).__name__})", INCOMPARABLE


def _points_by_nbgraders_rule(cell: NotebookNode, points: float) -> float:
    """Points of a cell without records: an error is 0, a number is partial credit, anything else is full.

    Unlike nbgrader's own, this rule ignores stderr, reads np.float64(2.0) as 2, and bounds the number: nan
    and what is negative give 0, more than the cell's points gives all of them.
    """
    if error_of(cell):
        return 0
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    text = "".join(results[0].get("data", {}).get("text/plain", "")) if results else ""
    if len(text) > LONGEST_NUMBER:
        return points
    wrapped = re.fullmatch(r"(?:np\.|numpy\.)?\w+\((.*?)(?:, dtype=\S+)?\)", text.strip())
    try:
        number = float(wrapped[1] if wrapped else text)
    except ValueError:
        return points
    return 0 if math.isnan(number) else float(np.clip(number, 0, points))


def _write(cell: NotebookNode, verdicts: list[Verdict]) -> None:
    """Put the points and the verdicts into the cell, and take the records out."""
    cell.metadata[METADATA] = {"verdicts": [asdict(verdict) for verdict in verdicts]}
    kept = [output for output in cell.outputs if MIME not in output.get("data", {})]
    earned = math.fsum(verdict.earned for verdict in verdicts)
    result = new(
        "execute_result",
        execution_count=cell.get("execution_count"),
        data={"text/plain": repr(round(earned, 6)), "text/html": as_html(verdicts)},
        metadata={},
    )
    cell.outputs = [result, *kept]


def as_html(verdicts: list[Verdict]) -> str:
    """Show the verdicts as a table; all text is escaped, since parts of it are a student's."""
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
