"""Regions: the lines of a cell between nbgrader's delimiters, which a course can configure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from traitlets.config import Config


@dataclass(frozen=True)
class Region:
    """A kind of region: the texts that mark its first and its last line."""

    begin: str
    end: str

    def split(self, source: str) -> tuple[str, str]:
        """Return the lines of a cell outside of the regions, and those inside, both without the delimiters.

        This is nbgrader's rule, except that a region without an end goes to the end of the cell.
        """
        outside: list[str] = []
        inside: list[str] = []
        lines = outside
        for line in source.split("\n"):
            if self.begin in line:
                lines = inside
            elif self.end in line:
                lines = outside
            else:
                lines.append(line)
        return "\n".join(outside), "\n".join(inside)


def hidden_tests(config: Config) -> Region:
    """Return the region of hidden tests, as the course configures it."""
    step: Any = ClearHiddenTests(config=config)
    return Region(step.begin_test_delimeter, step.end_test_delimeter)


def solutions(config: Config) -> Region:
    """Return the region of model answers, as the course configures it."""
    step: Any = ClearSolutions(config=config)
    return Region(step.begin_solution_delimeter, step.end_solution_delimeter)
