"""Naming: how students are called in a report, and their pseudonyms in one that may be shown to others."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from autograder.classroom.marks import ClassMark
from autograder.errors import CourseError

SECRET = ".pseudonyms"  # in the folder of reports: without it, nobody can compute who a pseudonym is
WORD = re.compile(r"[^\W_]+")
REMOVED = "[removed]"
LEAST_LETTERS = 3  # of a part of a name that is removed by itself


class Naming:
    """Calls students by name and id."""

    def __init__(self, marks: Sequence[ClassMark]) -> None:
        """Take the names from the class's marks."""
        self.names = {mark.student: mark.name for mark in marks}

    def name(self, student: str) -> str:
        """Return what a student is called."""
        name = self.names.get(student)
        return f"{name} ({student})" if name else student

    def id(self, student: str) -> str:
        """Return the short form of it."""
        return student

    def text(self, text: str) -> str:
        """Return a text from students as it may be shown."""
        return text


class Pseudonyms(Naming):
    """Calls students by pseudonyms, and removes their names, ids and addresses from texts."""

    def __init__(self, marks: Sequence[ClassMark], secret: bytes) -> None:
        """Prepare the forms to remove; `secret` decides the pseudonyms."""
        super().__init__(marks)
        self.secret = secret
        parts = [part for mark in marks for part in WORD.findall(mark.name)]
        self.parts = {part.casefold() for part in parts if len(part) >= LEAST_LETTERS}
        self.forms: dict[str, list[tuple[str, ...]]] = {}
        for form in {_words(text) for mark in marks for text in (mark.student, mark.name, mark.email)} - {()}:
            self.forms.setdefault(form[0], []).append(form)
        for forms in self.forms.values():
            forms.sort(key=len, reverse=True)

    def name(self, student: str) -> str:
        """Return the student's pseudonym, the same in every report of the course."""
        return "P-" + hmac.new(self.secret, student.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:8]

    id = name

    def text(self, text: str) -> str:
        """Return a text without ids, names and addresses of the class.

        A part of a name is removed if it begins with a capital letter: "Max" is one, and `max` is not.
        """
        matches = list(WORD.finditer(text))
        words = tuple(match[0].casefold() for match in matches)
        pieces, end, place = [], 0, 0
        while place < len(words):
            forms = self.forms.get(words[place], ())
            length = next((len(form) for form in forms if words[place : place + len(form)] == form), 0)
            if not length and words[place] in self.parts and matches[place][0][0].isupper():
                length = 1
            if length:
                pieces += [text[end : matches[place].start()], REMOVED]
                end = matches[place + length - 1].end()
            place += length or 1
        return "".join([*pieces, text[end:]])


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in WORD.findall(text))


def secret_in(folder: Path) -> bytes:
    """Return the secret of a folder of reports, which is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SECRET
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        content = path.read_bytes()
        if not content:
            raise CourseError(f"{path} is empty: remove it; all pseudonyms then change.") from None
        return content
    with os.fdopen(handle, "wb") as file:
        secret = secrets.token_hex(32).encode()
        file.write(secret)
    return secret
