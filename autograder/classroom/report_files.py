"""Report files: a report for programs (JSON), for spreadsheets (CSV), and in a few lines for the terminal."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

from autograder.classroom.item_analysis import LEAST
from autograder.classroom.report import GradedClass
from autograder.classroom.report_page import figure, number, percent
from autograder.classroom.report_rows import Report
from autograder.harmless import guarded, listed, printable

COLUMNS = "assignment", "student", "exercise", "check", "outcome", "earned", "possible", "message"


def as_json(report: Report) -> str:
    """Return the report as JSON; letters other than ASCII are escaped, so that any program can read it."""
    return json.dumps(asdict(report), indent=1) + "\n"


def as_csv(graded: GradedClass) -> str:
    """Return a table with a row per student and check; a text like a formula is guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    order = {student: place for place, student in enumerate(graded.papers)}
    outcomes = [(check, one) for check in graded.checks for one in check.outcomes]
    for check, one in sorted(outcomes, key=lambda pair: order[pair[1].student]):  # checks stay in their order
        texts = (
            graded.assignment,
            graded.naming.id(one.student),
            graded.label(check.cell),
            check.name,
            one.state,
        )
        message = guarded(printable(graded.naming.text(one.message or "")))
        writer.writerow([*(guarded(printable(text)) for text in texts), one.earned, one.possible, message])
    return text.getvalue()


def summary(report: Report) -> list[str]:
    """Return the report's main points in a few lines."""
    counts = [f"{count} {name}" for name, count in report.counts.items() if count]
    sentences = [f"{report.assignment}: {'; '.join(counts)}."]
    if spread := report.distribution:
        sentences.append(
            f"Points: mean {number(spread.mean)}, median {number(spread.quartiles[1])} of {number(spread.maximum)}."
        )
    known = [row for row in report.exercises if row.difficulty is not None]
    if known:
        hardest = sorted(known, key=lambda row: row.difficulty or 0)[:3]
        sentences.append(f"Hardest: {', '.join(f'{row.cell} ({percent(row.difficulty)})' for row in hardest)}.")
    if report.alpha is not None:
        sentences.append(f"Cronbach's alpha: {figure(report.alpha)}.")
    elif report.students_analysed < LEAST:
        sentences.append(f"Cronbach's alpha is not computed below {LEAST} students.")
    if report.suspects:
        checks = listed([f"{check.cell} / {check.name}" for check in report.suspects])
        sentences.append(f"Nearly everybody fails, so look at the check: {checks}.")
    facts = {
        "need help": len(report.need_help),
        "stopped early": len(report.stopped),
        "suspiciously good": len(report.suspicious),
        "similar pairs": report.number_of_pairs,
    }
    sentences.append("; ".join(f"{name}: {count}" for name, count in facts.items()) + ".")
    return [printable(sentence) for sentence in sentences]
