"""Late work: what a submission loses for its lateness. It is shown next to the score, and never stored in it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from traitlets import Dict, Float, List, Unicode, validate
from traitlets.config import Configurable

from autograder.errors import CourseError

DAY = 24 * 60  # minutes


class LatePolicy(Configurable):
    """A course's rules for late work; without a due date nothing is late."""

    due = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="assignment -> when it is due, such as '2026-03-01 12:00 Europe/Berlin'. A time without a zone is in UTC.",
    ).tag(config=True)
    new_due = Dict(
        key_trait=Unicode(),
        value_trait=Dict(key_trait=Unicode(), value_trait=Unicode()),
        help="assignment -> student -> when it is due for this student.",
    ).tag(config=True)
    excused = Dict(
        key_trait=Unicode(),
        value_trait=List(Unicode()),
        help="assignment -> students who need not hand it in.",
    ).tag(config=True)
    grace = Float(0, min=0, help="Minutes after the due date within which nothing is lost.").tag(config=True)
    per_day = Float(
        0, min=0, max=1, help="The share of the score that is lost for each day begun; 0.1 is ten percent."
    ).tag(config=True)
    cap = Float(1, min=0, max=1, help="The largest share of the score that can be lost.").tag(config=True)

    @validate("due", "new_due")
    def _check_times(self, proposal: Any) -> Any:
        for value in proposal.value.values():
            for time in value.values() if isinstance(value, dict) else (value,):
                read_due(time)
        return proposal.value

    def due_for(self, assignment: str, student: str, in_gradebook: datetime | None = None) -> datetime | None:
        """Return when a student's work is due, in UTC; the gradebook's date counts where the course names none."""
        text = self.new_due.get(assignment, {}).get(student) or self.due.get(assignment)
        if text:
            return read_due(text)
        return in_gradebook.replace(tzinfo=UTC) if in_gradebook else None

    def days_late(self, due: datetime | None, submitted: datetime | None) -> int:
        """Return how many days late a submission is, a day begun as a whole one; 0 within the grace period."""
        if due is None or submitted is None:
            return 0
        minutes = (submitted - due).total_seconds() / 60
        return 0 if minutes <= self.grace else math.ceil(minutes / DAY)

    def penalty(self, score: float, days_late: int) -> float:
        """Return the points that a submission loses of its score."""
        return score * min(self.cap, self.per_day * days_late)


def read_due(text: str) -> datetime:
    """Return a due date in UTC; a time without a zone is in UTC.

    nbgrader's `parse_utc` is not used: it takes an unknown zone for UTC, and +0100 for 100 seconds.
    """
    try:
        *words, last = text.replace(" +", "+").split()
        zone = ZoneInfo(last) if last[0].isalpha() else None
        time = datetime.fromisoformat(" ".join(words if zone else [*words, last]))
    except (ValueError, KeyError, OSError):  # KeyError and OSError: there is no such zone
        raise CourseError(f"LatePolicy: {text!r} is no time; write it like '2026-03-01 12:00 Europe/Berlin'.") from None
    return (time if time.tzinfo else time.replace(tzinfo=zone or UTC)).astimezone(UTC)
