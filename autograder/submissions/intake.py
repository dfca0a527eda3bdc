"""Intake: reads a file that a student handed in. It may hold any bytes, under any name.

Of a notebook, only what grading needs is taken: each cell's kind, text and grade id, and pictures in texts. Everything
else (outputs, tags, metadata, kernels, schema versions) is dropped, so it cannot influence grading.
"""

from __future__ import annotations

import datetime
import json
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.utils import parse_utc

from autograder.errors import AutograderError
from autograder.harmless import IMAGES, attachment_name, harmless, is_image, printable, text_of
from autograder.submissions.stored_outputs import without_outputs
from autograder.submissions.strays import instead

LARGEST_FILE = 200_000_000  # bytes of a notebook
LARGEST_WITHOUT_OUTPUTS = 20_000_000  # bytes of a notebook without its outputs
MOST_CELLS = 2000
TIMESTAMP = "timestamp.txt"  # when a submission was handed in
LONGEST_TIMESTAMP = 400  # bytes
NO_TIME = f"{TIMESTAMP} holds no time that can be read, so the time of handing in is not known."


class BadSubmission(AutograderError):  # noqa: N818  # a finding about a file, not an error of the program
    """A submission that cannot be graded; the message is one sentence that names the file."""

    def __init__(self, message: str) -> None:
        """Make the message printable: a student chose the names of files in it."""
        super().__init__(printable(message))


def read_submitted_notebook(path: Path) -> NotebookNode:
    """Return what grading needs of a submitted notebook; BadSubmission if the file is not a notebook."""
    content = _read(path)
    try:
        nb = json.loads(_bounded(content, path))
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else _first_line(error)
        raise BadSubmission(f"{path} is not a notebook that can be read: {reason}") from None
    cells = _cells(nb, path)
    if len(cells) > MOST_CELLS:
        raise BadSubmission(f"{path} has {len(cells)} cells, more than {MOST_CELLS}.")
    return new_notebook(cells=[_cell(cell, number, path) for number, cell in enumerate(cells, start=1)])


def _read(path: Path) -> bytes:
    """Return the content of a plain file; anything else is not opened."""
    check_folder(path.parent)
    if not path.exists() and not path.is_symlink():
        raise BadSubmission(f"{path} is missing; the folder holds {instead(path)}.")
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise BadSubmission(f"{path} is not a plain file.")
    if status.st_nlink > 1:
        raise BadSubmission(f"{path} is a hard link, perhaps to somebody else's file: put a copy in its place.")
    if status.st_size > LARGEST_FILE:
        raise BadSubmission(f"{path} is {_mb(status.st_size)} large, more than {_mb(LARGEST_FILE)}.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSubmission(f"{path} cannot be read: {error.strerror}.") from None


def _bounded(content: bytes, path: Path) -> bytes:
    """Return the content of a notebook; a large one in UTF-8, as Jupyter writes it, without its outputs."""
    if len(content) <= LARGEST_WITHOUT_OUTPUTS:
        return content
    content = without_outputs(content)
    if len(content) > LARGEST_WITHOUT_OUTPUTS:
        size, largest = _mb(len(content)), _mb(LARGEST_WITHOUT_OUTPUTS)
        raise BadSubmission(f"{path} holds {size} besides its outputs, more than {largest}.")
    return content


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def check_folder(submission: Path) -> None:
    """Raise BadSubmission if a submission's folder, or its student's, is not a folder; a link could lead anywhere."""
    for folder in (submission.parent, submission):
        if folder.is_symlink() or not folder.is_dir():
            raise BadSubmission(f"{folder} is not a folder.")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _cells(nb: Any, path: Path) -> list[Any]:
    """Return the cells of a parsed notebook, also of an old format."""
    cells = nb.get("cells") if isinstance(nb, dict) else None
    sheets = nb.get("worksheets") if isinstance(nb, dict) and cells is None else None
    if isinstance(sheets, list):
        whole = [sheet for sheet in sheets if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)]
        cells = [_of_format_3(cell) for sheet in whole for cell in sheet["cells"]]
    if not isinstance(cells, list):
        raise BadSubmission(f"{path} is not a notebook that can be read: it has no list of cells")
    return cells


def _of_format_3(cell: Any) -> Any:
    """Return a cell of nbformat 3 in today's format.

    nbformat's own conversion trusts the cell: a heading of level 10**9 would become a billion letters.
    """
    if not isinstance(cell, dict):
        return cell
    kind = cell.get("cell_type")
    if kind == "code":
        return cell | {"source": cell.get("input", "")}
    if kind == "heading":
        marks = "#" * (int(cell["level"]) if cell.get("level") in (1, 2, 3, 4, 5, 6) else 1)
        return cell | {
            "cell_type": "markdown",
            "source": f"{marks} {' '.join(text_of(cell.get('source')).splitlines())}",
        }
    return cell | {"cell_type": "markdown"} if kind == "html" else cell


def _cell(cell: Any, number: int, path: Path) -> NotebookNode:
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    source = cell.get("source", "") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
        raise BadSubmission(f"{path} is not a notebook that can be read: its cell {number} is no cell")
    fields = {"id": f"cell-{number}", "metadata": _name(cell)}
    if kind == "code":
        return nbformat.from_dict(
            fields | {"cell_type": "code", "source": text_of(source), "outputs": [], "execution_count": None}
        )
    attachments = _attachments(cell.get("attachments"))
    text = harmless(text_of(source), attachments)
    fields |= {"cell_type": "markdown", "source": text} | ({"attachments": attachments} if attachments else {})
    return nbformat.from_dict(fields)


def _name(cell: dict[str, Any]) -> dict[str, Any]:
    """Return metadata with the cell's grade id, or with its own id if an editor has dropped the grade id."""
    metadata, cell_id = cell.get("metadata"), cell.get("id")
    facts = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = facts.get("grade_id") if isinstance(facts, dict) else None
    if isinstance(grade_id, str):
        return {"nbgrader": {"grade_id": grade_id}}
    return {"cell_id": cell_id} if isinstance(cell_id, str) else {}


def _attachments(attachments: Any) -> dict[str, Any]:
    """Return the pictures in a text cell."""
    pictures: dict[str, Any] = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for kind, start in IMAGES.items():
            if isinstance(bundle, dict) and is_image(bundle.get(kind), start):
                pictures[attachment_name(name)] = {kind: bundle[kind]}
    return pictures


def read_time(path: Path) -> datetime.datetime | None:
    """Return the time in a timestamp.txt of any encoding, in UTC; None if no time can be read."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > LONGEST_TIMESTAMP:
            return None
        content = path.read_bytes()
        time = parse_utc(content.decode(json.detect_encoding(content)).strip())
    except Exception:  # the libraries that read a time do not document what they raise
        return None
    return time if isinstance(time, datetime.datetime) else None


def as_text(time: datetime.datetime) -> str:
    """Return a time in UTC as nbgrader writes it in a timestamp.txt."""
    return f"{time} UTC"
