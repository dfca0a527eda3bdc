"""Report page: renders a report as one HTML file that loads nothing and runs no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.classroom import answers, item_analysis, needs_help, similar
from autograder.classroom.report_rows import CheckRow, Distribution, ExerciseRow, GroupRow, Report

TEMPLATE = "report_page.html"  # next to this module
MOST_FREQUENT = 5  # wrong results that are named first
MOST_LINES = 40  # students that a list shows
WIDTH, HEIGHT, TOP, BOTTOM, SIDE = 540, 230, 34, 56, 8  # of the drawing


def page(report: Report) -> str:
    """Return the page. Whatever students wrote is escaped, because the template escapes everything."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "number": number, "figure": figure}
    template = environment.get_template(TEMPLATE)
    return template.render(
        report=report,
        bars=bars(report.distribution) if report.distribution else [],
        drawing={"width": WIDTH, "height": HEIGHT, "base": HEIGHT - BOTTOM},
        checks_by_exercise=checks_by_exercise(report),
        frequent=frequent_groups(report),
        alpha_meaning=item_analysis.meaning_of_alpha(report.alpha),
        most=MOST_LINES,
        item_analysis=item_analysis,
        nearly_all=answers.NEARLY_ALL,
        few_points=needs_help.FEW_POINTS,
        percentile=similar.PERCENTILE,
    )


def bars(distribution: Distribution) -> list[dict[str, Any]]:
    """Return the bars of the distribution: place, size, label and number of students."""
    most = max(distribution.bins)
    step = (WIDTH - 2 * SIDE) / len(distribution.bins)
    edges = [distribution.maximum * place / len(distribution.bins) for place in range(len(distribution.bins) + 1)]
    drawn = []
    for place, students in enumerate(distribution.bins):
        height = (HEIGHT - TOP - BOTTOM) * students / most
        drawn.append(
            {
                "x": round(SIDE + place * step + 3, 1),
                "middle": round(SIDE + (place + 0.5) * step, 1),
                "y": round(HEIGHT - BOTTOM - height, 1),
                "width": round(step - 6, 1),
                "height": round(height, 1),
                "students": students,
                "low": number(edges[place]),
                "high": number(edges[place + 1]),
                "last": place == len(distribution.bins) - 1,
            }
        )
    return drawn


def checks_by_exercise(report: Report) -> list[tuple[ExerciseRow, list[CheckRow]]]:
    """Return the exercises that have checks, each with its checks."""
    pairs = [(row, [check for check in report.checks if check.cell == row.cell]) for row in report.exercises]
    return [(row, checks) for row, checks in pairs if checks]


def frequent_groups(report: Report) -> list[tuple[CheckRow, GroupRow]]:
    """Return the largest groups of equal wrong results, each with its check."""
    pairs = [(check, group) for check in report.checks for group in check.groups if group.size > 1]
    return sorted(pairs, key=lambda pair: -pair[1].size)[:MOST_FREQUENT]


def percent(share: float | None) -> str:
    """Return a share in per cent; what is not all or nothing does not become it by rounding."""
    if share is None:
        return "–"
    if 0 < share < 1:
        return f"{min(max(round(100 * share), 1), 99)} %"
    return f"{share:.0%}".replace("%", " %")


def number(value: float | None) -> str:
    """Return points with at most one decimal."""
    return "–" if value is None else f"{round(value, 1) + 0:g}"


def figure(value: float | None) -> str:
    """Return a coefficient with two decimals."""
    return "–" if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
