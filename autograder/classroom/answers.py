"""Answers: how many pass each check, and which wrong results are equal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.classroom.graded_class import Key, Paper
from autograder.grading.results import CellResult
from autograder.judging.verdicts import VISIBLE, Verdict

PASSED, FAILED, NOT_REACHED, NOT_STARTED = "passed", "failed", "not reached", "not started"
NEARLY_ALL = 0.9  # a check that so many fail who tried may be broken
LEAST_TRIES = 5  # students
NO_MESSAGE = "not all points, without a message"
# What differs between equal errors: an object's address.
ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")


@dataclass(frozen=True)
class Outcome:
    """What became of one check of one student."""

    student: str
    state: str  # PASSED, FAILED, NOT_REACHED or NOT_STARTED
    earned: float | None = None  # None if there is no verdict of its own
    possible: float | None = None
    message: str | None = None  # what is wrong
    hint: str | None = None


@dataclass(frozen=True)
class Group:
    """Equal wrong results of one check."""

    message: str
    hint: str | None
    students: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One check and how the class did in it."""

    cell: Key
    exercise: Key
    name: str
    outcomes: tuple[Outcome, ...]

    def number(self, *states: str) -> int:
        """Return how many students' outcomes are in one of the states."""
        return sum(outcome.state in states for outcome in self.outcomes)

    @property
    def share_passed(self) -> float:
        """The share of all graded students who pass."""
        return self.number(PASSED) / len(self.outcomes) if self.outcomes else 0.0

    @property
    def is_suspect(self) -> bool:
        """Whether nearly everybody who tried and got so far fails."""
        tries = self.number(PASSED, FAILED)
        return tries >= LEAST_TRIES and self.number(FAILED) >= NEARLY_ALL * tries

    @property
    def groups(self) -> list[Group]:
        """The groups of equal wrong results, the largest first."""
        failed = [outcome for outcome in self.outcomes if outcome.state == FAILED]
        sizes = Counter(map(_form, failed))
        members = {form: tuple(one.student for one in failed if _form(one) == form) for form in sizes}
        return [Group(*form, members[form]) for form, _ in sizes.most_common()]


def _form(outcome: Outcome) -> tuple[str, str | None]:
    return ADDRESS.sub("0x…", outcome.message or NO_MESSAGE), outcome.hint


def checks_of(papers: Sequence[Paper], cells: Iterable[Key]) -> list[Check]:
    """Return the checks of the given graded cells, with an outcome for each student who has the cell.

    A cell that stops at its visible checks, or at a required record, has that verdict alone. The other checks of the
    cell were then not reached.
    """
    by_cell: dict[Key, list[tuple[Paper, CellResult]]] = {}
    for paper in papers:
        for cell in paper.result.cells:
            if cell.verdicts:
                by_cell.setdefault((cell.notebook, cell.grade_id), []).append((paper, cell))
    return [check for key in cells if key in by_cell for check in _checks_of_cell(key, by_cell[key])]


def _checks_of_cell(key: Key, graded: Sequence[tuple[Paper, CellResult]]) -> list[Check]:
    longest_first = sorted(graded, key=lambda pair: -len(pair[1].verdicts))
    names = list(dict.fromkeys(verdict.name for _, cell in longest_first for verdict in cell.verdicts))
    names.sort(key=lambda name: name != VISIBLE)  # what a cell does first comes first
    exercise = graded[0][1].notebook, graded[0][1].exercise
    return [Check(key, exercise, name, tuple(_outcome(*pair, name, names) for pair in graded)) for name in names]


def _outcome(paper: Paper, cell: CellResult, name: str, names: Sequence[str]) -> Outcome:
    verdicts = {verdict.name: verdict for verdict in cell.verdicts}
    verdict = verdicts.get(name)
    started = (cell.notebook, cell.exercise) in paper.touched
    if verdict is None:
        # Who has other verdicts has passed the visible checks, but not come to a record that is missing.
        state = PASSED if name == VISIBLE else NOT_REACHED if started else NOT_STARTED
        return Outcome(paper.student, state)
    texts = verdict.message or None, verdict.hint or None
    return Outcome(paper.student, _state(verdict, started), verdict.earned, verdict.possible, *texts)


def _state(verdict: Verdict, started: bool) -> str:
    if verdict.passed:
        return PASSED
    return FAILED if started else NOT_STARTED
