"""Worksheet: a table that a teacher downloaded. Cells are filled in; every other byte stays as it was."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError

LARGEST = 100_000_000  # bytes
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DELIMITERS = ",;\t"


@dataclass
class Worksheet:
    """The cells of a table as they stand in the file, quotes included."""

    rows: list[list[str]]
    ends: list[str]  # what ends each row
    delimiter: str
    encoding: str
    mark: bytes  # what stands before the text
    quotes_all: bool

    def value(self, row: int, column: int) -> str:
        """Return what a cell says; "" for one that the row does not have."""
        return unquoted(self.rows[row][column]) if column < len(self.rows[row]) else ""

    def values(self, row: int) -> list[str]:
        """Return what a row's cells say."""
        return [unquoted(raw) for raw in self.rows[row]]

    def fill(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        special = any(sign in text for sign in (self.delimiter, '"', "\n", "\r"))
        quoted = special or self.quotes_all or cells[column].startswith('"')
        cells[column] = '"' + text.replace('"', '""') + '"' if quoted else text

    def content(self) -> bytes:
        """Return the file's bytes."""
        lines = (self.delimiter.join(cells) + end for cells, end in zip(self.rows, self.ends, strict=True))
        return self.mark + "".join(lines).encode(self.encoding)


def read_worksheet(path: Path) -> Worksheet:
    """Return the table in a file of any of the systems.

    Raises:
        UsageError: It is not a table in UTF-8, UTF-16 or Windows' Latin letters.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is larger than {LARGEST // 1_000_000} MB: it is no gradebook.")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    text, encoding, mark = _decoded(content, path)
    if "\0" in text or not text.strip():
        raise UsageError(f"{path} is no table of text: expected the CSV (or Blackboard's .xls) that you downloaded.")
    head = text.splitlines()[0]
    delimiter = max(DELIMITERS, key=head.count)
    rows, ends = split(text, delimiter)
    filled = [raw for cells in rows for raw in cells if raw]
    return Worksheet(rows, ends, delimiter, encoding, mark, all(raw.startswith('"') for raw in filled))


def _decoded(content: bytes, path: Path) -> tuple[str, str, bytes]:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), encoding, mark
            except UnicodeDecodeError:
                raise UsageError(f"{path} is damaged: it begins as {encoding.upper()} and does not go on so.") from None
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding, b""
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path} is no table of text: expected the file that you downloaded.")


def split(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """Return the rows of a table as raw cells, and what ends each row.

    A quoted cell may hold delimiters and line ends. Nothing is lost: joined again, rows and ends give the text.
    """
    rows: list[list[str]] = [[]]
    ends: list[str] = []
    start = place = 0
    is_quoted = False
    while place < len(text):
        letter = text[place]
        if letter == '"' and (is_quoted or place == start):
            is_quoted = not is_quoted
        elif not is_quoted and letter == delimiter:
            rows[-1].append(text[start:place])
            start = place + 1
        elif not is_quoted and letter in "\r\n":
            rows[-1].append(text[start:place])
            end = "\r\n" if text.startswith("\r\n", place) else letter
            ends.append(end)
            rows.append([])
            place += len(end) - 1
            start = place + 1
        place += 1
    if start < len(text) or rows[-1]:
        rows[-1].append(text[start:])
        ends.append("")
    else:
        rows.pop()
    return rows, ends


def unquoted(raw: str) -> str:
    """Return what a raw cell says."""
    quoted = len(raw) > 1 and raw.startswith('"') and raw.endswith('"')
    return raw[1:-1].replace('""', '"') if quoted else raw
