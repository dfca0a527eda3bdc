"""Problem page: what a student gets in place of feedback when a submission cannot be graded.

The page lies where nbgrader puts feedback, one for each notebook, so that its release_feedback and every other way of
returning feedback take it along. nbgrader makes feedback of graded submissions only, and so does not replace it; who
enters a grade removes the folder.
"""

from __future__ import annotations

import html
import re
import secrets
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from autograder.files import write_files

# Without these, release_feedback stops for the whole class; both come from nbgrader's exchange.
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
LONGEST = 1000  # letters of such a file, and of the reason
INTERNAL = re.compile(r" \(\w+: .*\)", re.DOTALL)  # an error of the grader's own, which is the instructor's to read
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{notebook}: not graded</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
blockquote {{ border-left: 0.3rem solid #c33; margin: 1rem 0; padding: 0.3rem 1rem; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{notebook} could not be graded</h1>
<p>Your submission of {assignment} has no points yet, because it could not be read or run:</p>
<blockquote>{why}</blockquote>
<h2>What to do</h2>
<ol>
<li>Open your notebook in JupyterLab, choose “Restart Kernel and Run All Cells”, and save it.</li>
<li>Check that the file is named <code>{notebook}.ipynb</code> and is a plain file, not a link or an archive.</li>
<li>Hand it in again in the same way as before.</li>
<li>If this page comes back, send it to your instructor.</li>
</ol>
</main>
</body>
</html>
"""


def write_problem_pages(feedback: Path, submitted: Path, notebooks: Iterable[str], why: str) -> None:
    """Write for each notebook of an assignment a page that says why nothing could be graded.

    `feedback` is the student's folder at that step, `submitted` the one that was handed in.
    """
    texts = {"assignment": submitted.name, "why": _for_students(why, submitted)}
    escaped = {name: html.escape(text) for name, text in texts.items()}
    pages = {f"{name}.html": PAGE.format(notebook=html.escape(name), **escaped) for name in notebooks}
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f %Z")
    # Nobody else can guess the name that the exchange gives a page by a random secret.
    pages[TIMESTAMP] = _small_text(submitted / TIMESTAMP) or now
    pages[SECRET] = _small_text(submitted / SECRET) or secrets.token_hex(32)
    write_files({name: text.encode() for name, text in pages.items()}, feedback)


def _for_students(why: str, submitted: Path) -> str:
    """Return the reason without paths of the instructor's machine, and without what only an instructor can use."""
    for folder, name in ((f"{submitted}/", ""), (str(submitted), "The folder"), (str(submitted.parent), "Your folder")):
        why = why.replace(folder, name)
    return INTERNAL.sub("", why)[:LONGEST]


def _small_text(path: Path) -> str:
    """Return the text of a small plain file, "" if there is none; a student may have put anything there."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LONGEST or path.parent.is_symlink():
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
