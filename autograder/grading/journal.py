"""The journal: it keeps runs of notebooks, so that nothing is executed twice.

Each entry stands under a hash of all that decided its outcome (grading/runs). The file is a SQLite database of its
own. So an entry is either complete or absent, even if the grader is killed or the disk is full. A lock on the file
keeps a second grader out, and ends with the process that holds it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.errors import CourseError

SCHEMA = """
CREATE TABLE IF NOT EXISTS executed (
    key TEXT PRIMARY KEY,          -- hash of all that executing depends on
    notebooks BLOB NOT NULL,       -- name -> run of a notebook, as zlib of JSON
    at TEXT DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID
"""


class JournalError(CourseError):
    """The journal cannot be used; the message is one sentence that names the file and says what to do."""


class Journal:
    """An open journal; only one process at a time has it."""

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`, which is made if there is none; JournalError if that is impossible."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, timeout=1, isolation_level=None)
        with self._explained():
            self.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.connection.execute("BEGIN EXCLUSIVE")
            self.connection.execute(SCHEMA)
            self.connection.execute("COMMIT")

    def __enter__(self) -> Journal:
        """Return the journal."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.connection.close()

    def __contains__(self, key: str) -> bool:
        """Return whether there is an entry under `key`."""
        with self._explained():
            return bool(self.connection.execute("SELECT 1 FROM executed WHERE key = ?", [key]).fetchone())

    def __getitem__(self, key: str) -> dict[str, str]:
        """Return the entry under `key`: name -> run of a notebook, as JSON."""
        with self._explained():
            row = self.connection.execute("SELECT notebooks FROM executed WHERE key = ?", [key]).fetchone()
        if not row:
            raise KeyError(key)
        notebooks: dict[str, str] = json.loads(zlib.decompress(row[0]))
        return notebooks

    def add(self, key: str, notebooks: Mapping[str, str]) -> None:
        """Keep runs of notebooks: name -> JSON. They are on the disk when this returns. An older entry is replaced."""
        content = zlib.compress(json.dumps(notebooks).encode())
        with self._explained():
            self.connection.execute("INSERT OR REPLACE INTO executed (key, notebooks) VALUES (?, ?)", [key, content])

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise JournalError(f"{self.path} {_advice(error)}") from error


def _advice(error: sqlite3.DatabaseError) -> str:
    if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
        return "is in use: another grader is at work on this assignment; wait for it, or stop it."
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "is damaged: remove it, and the submissions are executed again."
    return f"cannot be written ({error}): what is in it is kept; fix that, and run the same command again."
