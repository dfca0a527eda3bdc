"""Problem page: a student gets it in place of feedback if a submission cannot be graded.

There is one page per notebook, in nbgrader's feedback folder. So release_feedback, and every other way to return
feedback, returns it too. nbgrader makes feedback for graded submissions only, and does not replace the page. The folder
is removed when a grade is entered.
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

# Both come from nbgrader's exchange. Without them, release_feedback stops for the whole class.
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
LONGEST = 1000  # letters of such a file, and of the reason
INTERNAL = re.compile(r" \(\w+: .*\)", re.DOTALL)  # an error of the grader itself, which only the instructor reads
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
    """Write a page per notebook of an assignment that says why nothing could be graded.

    Args:
        feedback: the student's folder of feedback, which is written to.
        submitted: the folder that the student handed in.
        notebooks: the names of the assignment's notebooks.
        why: the reason, one sentence for the instructor.
    """
    texts = {"assignment": submitted.name, "why": _for_students(why, submitted)}
    escaped = {name: html.escape(text) for name, text in texts.items()}
    pages = {f"{name}.html": PAGE.format(notebook=html.escape(name), **escaped) for name in notebooks}
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f %Z")
    # The exchange makes a page's name from this secret. A random one cannot be guessed.
    pages[TIMESTAMP] = _small_text(submitted / TIMESTAMP) or now
    pages[SECRET] = _small_text(submitted / SECRET) or secrets.token_hex(32)
    write_files({name: text.encode() for name, text in pages.items()}, feedback)


def _for_students(why: str, submitted: Path) -> str:
    """Return the reason without paths of the instructor's machine and without errors of the grader itself."""
    for folder, name in ((f"{submitted}/", ""), (str(submitted), "The folder"), (str(submitted.parent), "Your folder")):
        why = why.replace(folder, name)
    return INTERNAL.sub("", why)[:LONGEST]


def _small_text(path: Path) -> str:
    """Return the text of a small plain file, "" for anything else: a student may have put anything there."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LONGEST or path.parent.is_symlink():
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
