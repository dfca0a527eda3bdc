"""Cases: answers that students give, each with the points that it must earn and the hints that it must show.

A case is a file tests/submissions/<assignment>/<name>.py. It has a TOML block between `# /// case` and `# ///`, then
one `# %% <grade id>` cell for each solution cell that it answers in its own way.

    summary   one line: what this student thought
    points    grade id -> points, for the cells that do not earn all their points
    hints     grade id -> text that the verdicts must show to the student
    base      "solution" (default): other cells are those of the solution; "release": they are left untouched
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.cells import grade_id
from autograder.course import Course
from autograder.errors import UsageError
from autograder.grading.results import Result


@dataclass(frozen=True)
class Case:
    """One answer to an assignment, and the points and hints that it must get."""

    name: str
    summary: str
    base: str = "solution"  # where the cells come from that it does not answer: "solution" or "release"
    cells: Mapping[str, str] = field(default_factory=dict)  # grade id -> source
    points: Mapping[str, float] | float = field(default_factory=dict)  # grade id -> points, or the points of every cell
    hints: Mapping[str, str] = field(default_factory=dict)  # grade id -> text that must be shown

    def write(self, course: Course, assignment: str) -> None:
        """Submit the case as a student with the case's name; the release must exist.

        Raises:
            UsageError: the case answers a cell that the assignment does not have.
        """
        target = course.folder("submitted", assignment, self.name)
        target.mkdir(parents=True, exist_ok=True)
        step = "source" if self.base == "solution" else "release"
        answered = set()
        for path in course.folder(step, assignment).glob("*.ipynb"):
            nb = nbformat.read(path, as_version=4)
            for cell in nb.cells:
                if (name := grade_id(cell)) and name in self.cells:
                    cell.source = self.cells[name]
                    answered.add(name)
            nbformat.write(nb, target / path.name)
        if unknown := self.cells.keys() - answered:
            raise UsageError(f"Case {self.name} answers {sorted(unknown)[0]!r}, which is no cell of {assignment}.")

    def surprises(self, result: Result) -> list[str]:
        """Return one sentence for each difference between a result and what the case declares."""
        if result.problem:
            return [result.problem]
        sentences = []
        for cell in result.cells:
            if cell.points is None:
                continue
            declared = (
                self.points.get(cell.grade_id, cell.possible) if isinstance(self.points, Mapping) else self.points
            )
            if abs(cell.points - declared) > 1e-6:
                sentences.append(f"{cell.grade_id} earned {cell.points:g}, declared {declared:g}")
            shown = "\n".join(f"{verdict.message}\n{verdict.hint}" for verdict in cell.verdicts)
            if (hint := self.hints.get(cell.grade_id, "")) not in shown:
                sentences.append(f"{cell.grade_id} did not show {hint!r}")
        if isinstance(self.points, Mapping):
            unknown = (self.points.keys() | self.hints.keys()) - {cell.grade_id for cell in result.cells}
            sentences += [f"{name} is declared, but no graded cell bears that name" for name in sorted(unknown)]
        return sentences


REFERENCE = Case("reference", "The instructor's own solution")
EMPTY = Case("empty-release", "The release, untouched", base="release", points=0.0)


def read_cases(course: Course, assignment: str) -> list[Case]:
    """Return the cases written for an assignment, sorted by name."""
    folder = Path(course.root, "tests", "submissions", assignment)
    return [read_case(path) for path in sorted(folder.glob("*.py"))]


def read_case(path: Path) -> Case:
    """Read one case; UsageError if the file does not follow the format."""
    head, *rest = re.split(r"^# %% *(\S+) *\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    block = re.search(r"^# /// case\n(.*?)^# ///$", head, flags=re.MULTILINE | re.DOTALL)
    if not block:
        raise UsageError(f"{path} has no block between '# /// case' and '# ///'.")
    cells = {name: source.strip("\n") for name, source in zip(rest[::2], rest[1::2], strict=True)}
    try:
        return Case(path.stem, cells=cells, **tomllib.loads(re.sub(r"^# ?", "", block[1], flags=re.MULTILINE)))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise UsageError(f"{path}: the case block is wrong: {error}.") from None
