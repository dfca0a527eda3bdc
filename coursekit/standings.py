"""Standings: for each exercise, whether its visible checks pass and what is still to do, as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from coursekit.messages import CheckFailed, StillToDo

PASS, FAIL, TO_DO, NOT_RUN, WRITTEN = "pass", "fail", "still to do", "not run", "written"
BY_A_PERSON = "write your answer in words"
NO_MORE_THAN = (
    "Visible checks are not all points: hidden checks run when your work is graded, "
    "and a person reads answers in words."
)
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
WIDEST = 44  # letters of an exercise's name in the table
LONGEST = 90  # letters of what to do next


@dataclass(frozen=True)
class Standing:
    """How far one exercise is."""

    exercise: str
    state: str  # PASS, FAIL, TO_DO, NOT_RUN or WRITTEN
    next_step: str = ""


_in_this_kernel: dict[str, Standing] = {}


class Noted:
    """Notes how the checks of an exercise end, for `progress`."""

    def __init__(self, exercise: str) -> None:
        """Take the name of the exercise, with its number."""
        self.exercise = exercise

    def __enter__(self) -> None:
        """Begin the checks."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Note how they ended."""
        standing = Standing(self.exercise, PASS) if error is None else standing_of(self.exercise, error)
        _in_this_kernel[self.exercise] = standing


def standing_of(exercise: str, error: BaseException) -> Standing:
    """Return the standing of an exercise whose test cell stopped with an error."""
    name = "CheckFailed" if isinstance(error, CheckFailed) else type(error).__name__
    return standing_after(exercise, "StillToDo" if isinstance(error, StillToDo) else name, str(error))


def standing_after(exercise: str, error_name: str, error_text: str) -> Standing:
    """Return the standing of an exercise whose test cell stopped with an error of this class and text."""
    if error_name == "StillToDo":
        return Standing(exercise, TO_DO, "write your answer")
    if error_name == "CheckFailed":
        items = dict(line.split(": ", 1) for line in error_text.splitlines() if ": " in line)
        return Standing(exercise, FAIL, items.get("hint") or f"expected {items.get('expected', 'something else')}")
    return Standing(exercise, FAIL, f"{error_name}: {error_text}" if error_text.strip() else error_name)


def progress() -> None:
    """Print how far each exercise is whose test cell has run since the kernel started. It runs nothing again.

    Example:
        checks.progress()
    """
    if not _in_this_kernel:
        print("No exercise has been checked since the kernel started: run the test cells.")
        return
    print(table(list(_in_this_kernel.values())))
    print("Exercises whose test cell has not run since the kernel started are not listed.")


def table(standings: Sequence[Standing]) -> str:
    """Return a table of standings and two lines that sum it up."""
    rows = [("Exercise", "Visible checks", "What to do next")]
    rows += [(plain(each.exercise, WIDEST), each.state, plain(each.next_step, LONGEST)) for each in standings]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{name:<{widths[0]}}  {state:<{widths[1]}}  {step}".rstrip() for name, state, step in rows]
    lines.insert(1, "-" * max(map(len, lines)))
    checked = [each for each in standings if each.state != WRITTEN and each.next_step != BY_A_PERSON]
    passed = sum(each.state == PASS for each in checked)
    return "\n".join([*lines, "", f"Visible checks pass in {passed} of {len(checked)} parts.", NO_MORE_THAN])


def plain(text: str, longest: int) -> str:
    """Return a text on one line of at most `longest` letters, without what a terminal would obey."""
    line = " ".join(CONTROL.sub("", text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
