"""Similar: pairs of students whose code for an exercise is more alike than the class's usually is.

Winnowing (Schleimer, Wilkerson & Aiken, SIGMOD 2003) over normalised tokens: names and numbers that the student chose
do not count, nor do comments and spaces. What the release or the solution holds as well is subtracted.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.classroom.graded_class import Key, Paper

GRAM = 6  # tokens of a fingerprint
WINDOW = 4  # of so many neighbouring fingerprints one is kept
LEAST = 5  # fingerprints of an answer's own; shorter answers are not compared
COMMON = 0.1  # a fingerprint that a larger share of the class has is a usual way to write it
FEWEST_COMMON = 5  # students who must have it at least
PERCENTILE = 99
LEAST_ALIKE = 0.5  # pairs below are not shown, however small the class
LONGEST = 20_000  # letters of an answer that are compared
TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\s+|\\\n)
    |(?P<text>(?i:[rbfu]{0,2})(?:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
    |(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*=?|//=?|[-+*/%@&|^=!<>]=|->|:=|.)""",
    re.VERBOSE | re.DOTALL,
)
FIXED_NAMES = {*keyword.kwlist, *dir(builtins)}


@dataclass(frozen=True)
class Pair:
    """Two students whose code for an exercise is alike."""

    exercise: Key
    students: tuple[str, str]
    share: float  # of the fingerprints that either has, those that both have
    code: tuple[str, str]


def tokens(code: str) -> list[str]:
    """Return the tokens of code with a sign in place of each chosen name, number and text.

    An attribute keeps its name: it mostly belongs to a library. Code that Python cannot read has tokens as well.
    """
    found: list[str] = []
    for match in TOKEN.finditer(code[:LONGEST]):
        kind, text = match.lastgroup, match[0]
        if kind == "name":
            is_attribute = bool(found) and found[-1] == "."
            found.append(text if text in FIXED_NAMES or is_attribute else "n")
        elif kind in ("number", "text"):
            found.append("0" if kind == "number" else "t")
        elif kind == "sign":
            found.append(text)
    return found


def grams(code: str) -> list[int]:
    """Return a hash of each run of GRAM tokens."""
    words = tokens(code)
    runs = ("\0".join(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1))
    return [int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=8).digest()) for run in runs]


def fingerprints(code: str) -> set[int]:
    """Return the fingerprints of code: the smallest hash of each window of WINDOW neighbouring ones."""
    hashes = grams(code)
    return {min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1))} if hashes else set()


def similar_pairs(papers: Sequence[Paper], exercises: Iterable[Key], given: Iterable[str]) -> list[Pair]:
    """Return the pairs of students whose code is alike, the most alike first.

    Args:
        papers: the class's work.
        exercises: the exercises to look at.
        given: code that does not count: the release's and the solution's.

    Returns:
        Pairs at or above the PERCENTILE of all pairs that are compared in an exercise, of at least LEAST_ALIKE.
    """
    subtracted = {one for code in given for one in grams(code)}
    pairs: list[Pair] = []
    for exercise in exercises:
        code = {paper.student: paper.code[exercise] for paper in papers if exercise in paper.code}
        by_code = {text: fingerprints(text) - subtracted for text in set(code.values())}
        pairs += _pairs(exercise, code, {student: by_code[text] for student, text in code.items()})
    return sorted(pairs, key=lambda pair: (-pair.share, pair.exercise, pair.students))


def _pairs(exercise: Key, code: Mapping[str, str], marks: Mapping[str, set[int]]) -> Iterable[Pair]:
    frequency = Counter(one for own in marks.values() for one in own)
    usual = max(FEWEST_COMMON, COMMON * len(marks))
    own = {student: {one for one in found if frequency[one] <= usual} for student, found in marks.items()}
    students = sorted(student for student, found in own.items() if len(found) >= LEAST)
    if len(students) < 2:
        return
    shares = _shares([own[student] for student in students])
    rows, columns = np.triu_indices(len(students), 1)
    values = shares[rows, columns]
    bound = max(float(np.percentile(values, PERCENTILE)), LEAST_ALIKE)
    for place in np.flatnonzero(values >= bound):
        one, other = students[rows[place]], students[columns[place]]
        yield Pair(exercise, (one, other), float(values[place]), (code[one], code[other]))


def _shares(found: Sequence[set[int]]) -> npt.NDArray[Any]:
    """Return for each two sets the share of their members that both have, of shape (sets, sets)."""
    frequency = Counter(one for own in found for one in own)
    numbers = {one: place for place, one in enumerate(one for one, times in frequency.items() if times > 1)}
    table = np.zeros((len(found), max(1, len(numbers))), dtype=np.float32)
    for row, own in enumerate(found):
        table[row, [numbers[one] for one in own if one in numbers]] = 1
    both = table @ table.T
    sizes = np.array([len(own) for own in found], dtype=np.float32)
    shares: npt.NDArray[Any] = both / (sizes[:, None] + sizes[None, :] - both)
    return shares
