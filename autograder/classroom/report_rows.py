"""Report rows: what a report holds, ready to be shown. Students are called as the report calls them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One student, and a sentence about them."""

    student: str
    text: str


@dataclass(frozen=True)
class Distribution:
    """How the points are distributed, before late penalties."""

    students: int
    maximum: float
    bins: tuple[int, ...]  # students per tenth of the maximum
    mean: float
    deviation: float | None  # of a sample; None for one student
    quartiles: tuple[float, float, float]


@dataclass(frozen=True)
class ExerciseRow:
    """Figures on one exercise."""

    cell: str
    title: str | None  # the heading above it
    maximum: float
    difficulty: float | None
    item_rest: float | None
    meaning: str
    open: int  # answers that a person has still to read


@dataclass(frozen=True)
class GroupRow:
    """Equal wrong results."""

    message: str
    hint: str | None
    size: int
    example_of: str
    example: str | None  # the student's code


@dataclass(frozen=True)
class CheckRow:
    """Figures on one check."""

    cell: str
    name: str
    share_passed: float
    passed: int
    failed: int
    not_reached: int
    not_started: int
    suspect: bool  # nearly everybody who tried fails
    groups: tuple[GroupRow, ...]
    more_groups: int
    in_more_groups: int  # students


@dataclass(frozen=True)
class SharedRow:
    """A check that students with few points fail more often."""

    cell: str
    check: str
    failed_by_them: float
    failed_by_others: float


@dataclass(frozen=True)
class PairRow:
    """Two students whose code for an exercise is alike."""

    exercise: str
    students: tuple[str, str]
    share: float
    code: tuple[str, str]


@dataclass
class Report:
    """Everything that the page shows; students are called as the page calls them."""

    assignment: str
    anonymous: bool
    counts: dict[str, int] = field(default_factory=dict)
    distribution: Distribution | None = None
    exercises: list[ExerciseRow] = field(default_factory=list)
    students_analysed: int = 0
    alpha: float | None = None
    left_out: list[str] = field(default_factory=list)  # exercises open for most students
    checks: list[CheckRow] = field(default_factory=list)
    not_graded: list[Line] = field(default_factory=list)
    not_yet: list[str] = field(default_factory=list)
    late: list[Line] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    need_help: list[Line] = field(default_factory=list)
    shared: list[SharedRow] = field(default_factory=list)
    stopped: list[Line] = field(default_factory=list)
    suspicious: list[Line] = field(default_factory=list)
    cut_short: list[Line] = field(default_factory=list)
    pairs: list[PairRow] = field(default_factory=list)
    number_of_pairs: int = 0

    @property
    def suspects(self) -> list[CheckRow]:
        """The checks that may be broken."""
        return [check for check in self.checks if check.suspect]
