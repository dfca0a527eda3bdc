"""The judge: an nbgrader preprocessor that turns the records of an executed notebook into points.

It runs after the step that executes and before the one that saves grades, in a process without student code. It puts a
result with the points into each graded cell, as the first output. nbgrader's rule for partial credit reads only the
first result. So nothing else that the cell printed can change the grade, and output on stderr costs no points.

What a submission can learn of the hidden tests
-----------------------------------------------
Student code runs next to the hidden tests. It can read them, and choose by them what it returns. The student can then
read in the verdicts what the code chose:

- Whether a record passes is one bit. No grade can avoid that.
- The sentence on a failed record (`Verdict.told`, or `Verdict.message` without it) is one of at most 64. That is
  counted over all values that were tried: 16 kinds of error, four ways not to be a value, and up to 40 for a value.
  So a record tells at most 6 bits, its point included.
- A list in a value adds one sentence for each form that differs among its expected items. A mapping adds at most
  eight, one per key.
- A cell without records tells its points, which the student's own process chooses: about 20 bits.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Dict, Unicode
from traitlets.utils.importstring import import_item

from autograder.cells import LONGEST_MESSAGE, error_of
from autograder.harmless import text_of
from autograder.judging.reference import Records, Reference
from autograder.judging.rules import LabelsError, LabelSets, objection, suspicion
from autograder.judging.verdicts import METADATA, VISIBLE, Verdict, write_verdicts
from autograder.judging.wording import error_named
from autograder.records import records_by_name, records_in
from autograder.values import RecordError, decode

LONGEST_NUMBER = 200  # letters; a longer text is no number
UNREADABLE = "the value cannot be read"
INCOMPARABLE = "the value cannot be compared with the expected one"


class Judge(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Compares each graded cell's records with the reference's, and writes points and verdicts into it."""

    labels = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="Label sets that accuracy rules may name: name -> 'package.module.function' without arguments.",
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Prepare to read each reference's records once, however many submissions are judged by them."""
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
                write_verdicts(cell, verdicts)
        return nb, resources


def _load(target: str) -> Any:
    return import_item(target)()


def judge_cell(cell: NotebookNode, expected: Records, labels: LabelSets) -> list[Verdict]:
    """Return the verdicts on one executed grade cell; their points add up to the cell's.

    If a required record is not accepted, its verdict is the only one, and the cell earns nothing.

    Args:
        cell: the executed cell.
        expected: the reference's records of this cell, by name. Without any, nbgrader's rule for points decides.
        labels: the label sets that accuracy rules may name.
    """
    points = float(cell.metadata.nbgrader.points)
    failure = error_of(cell)
    if not expected:
        earned = _points_by_nbgraders_rule(cell, points)
        return [Verdict(VISIBLE, earned, points, failure or "", "")]
    if failure and next(records_in(cell), None) is None:
        return [Verdict(VISIBLE, 0, points, failure or "", "")]
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
    fault = _fault(reference, got, labels)
    if fault is None:
        remark = suspicion(decode(got[0]["value"]), reference["rule"], labels)
        return Verdict(name, points, points, "", "", remark=remark or "")
    message = text_of(fault.message)[:LONGEST_MESSAGE]
    return Verdict(name, 0, points, message, reference["hint"], fault.told or "")


@dataclass(frozen=True)
class _Fault:
    """What is wrong with a record."""

    message: str
    told: str | None = None  # what the student reads instead of the message, None if that is the message itself


def _fault(reference: dict[str, Any], got: list[dict[str, Any]], labels: LabelSets) -> _Fault | None:
    """Return what is wrong with the records of one name that a cell `got`, None if nothing is."""
    if not got:
        return _Fault("the cell stopped before this test")
    if len(got) > 1:
        return _Fault("recorded more than once")
    if "error" in got[0]:
        error = got[0]["error"]
        return _Fault(f"raised {error}", error_named(error.partition(":")[0] if isinstance(error, str) else ""))
    expected = decode(reference["value"])
    try:
        message = objection(expected, decode(got[0].get("value")), reference["rule"], labels)
    except RecordError as error:
        return _Fault(str(error), UNREADABLE)
    except LabelsError:
        raise
    except Exception as error:
        # A student can make up values that NumPy refuses, with various errors. The other records still count.
        return _Fault(f"{INCOMPARABLE} ({type(error).__name__})", INCOMPARABLE)
    return None if message is None else _Fault(message)


def _points_by_nbgraders_rule(cell: NotebookNode, points: float) -> float:
    """Return the points of a cell without records: 0 for an error, partial credit for a number, otherwise all.

    Unlike nbgrader's own, this rule ignores stderr, reads np.float64(2.0) as 2, and bounds the number. nan and negative
    numbers give 0. A number above the cell's points gives all of them.
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
