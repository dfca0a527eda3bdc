"""Strays: files of a submission that look like work but are not graded. They are reported, never graded on a guess."""

from __future__ import annotations

import itertools
import re
import stat
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from autograder.files import MOST_ENTRIES, entries
from autograder.harmless import listed

NOTEBOOK = re.compile(r"\.ipynb(?![a-z])", re.IGNORECASE)  # x.IPYNB, x.ipynb.txt, "x.ipynb (1)"
ARCHIVE = re.compile(r"\.(zip|7z|rar|tgz|tar(\.(gz|bz2|xz|zst))?)$", re.IGNORECASE)
# Suffixes that browsers and JupyterLab add to the name of a copy.
COPY = re.compile(r"([ _-]*\(\d+\)|-Copy\d+|[ _-]copy)*$", re.IGNORECASE)
CHECKPOINTS = ".ipynb_checkpoints"
JUNK = "__MACOSX", "._"  # the names of files that macOS adds to archives begin with these


def strays(folder: Path, graded: Collection[str], given: Collection[str] = ()) -> list[str]:
    """Return the relative names of notebooks and archives in a submission's folder that are not graded.

    Args:
        folder: what the student handed in.
        graded: the names of the assignment's notebooks.
        given: the names of the files that come with the assignment.
    """
    expected = {f"{name}.ipynb" for name in graded} | set(given)
    names = [
        path.relative_to(folder)
        for path, status in itertools.islice(entries(folder), MOST_ENTRIES)
        if not stat.S_ISDIR(status.st_mode)
    ]
    return [name.as_posix() for name in names if name.as_posix() not in expected and _is_work(name)]


def _is_work(name: Path) -> bool:
    return bool(NOTEBOOK.search(name.name) or ARCHIVE.search(name.name)) and not any(
        part.startswith(JUNK) for part in name.parts
    )


def remarks(folder: Path, graded: Collection[str], given: Collection[str] = ()) -> list[str]:
    """Return a remark on the strays in a submission, if there are any besides the copies that Jupyter always makes."""
    names = [name for name in strays(folder, graded, given) if CHECKPOINTS not in name]
    return [f"Handed in too, but not graded: {listed(names)}."] if names else []


def instead(path: Path) -> str:
    """Return what a submission's folder holds instead of the notebook at `path`, and what to do about it."""
    names = strays(path.parent, [])
    names = [name for name in names if CHECKPOINTS not in name] or names
    if not names:
        return "no notebook"
    if len(names) == 1:
        return f"{names[0]}: {_advice(PurePosixPath(names[0]), path)}"
    return f"{listed(names)}: put the right one in its place, as {path.name}"


def _advice(stray: PurePosixPath, path: Path) -> str:
    if CHECKPOINTS in stray.parts:
        return f"a copy that Jupyter made; if it is the work, move it to {path.name}"
    if ARCHIVE.search(stray.name):
        return "unpack it"
    same = COPY.sub("", NOTEBOOK.split(stray.name)[0]).casefold() == path.stem.casefold()
    verb = "rename it to" if len(stray.parts) == 1 else "move it to"
    return f"{verb} {path.name}" if same else f"if it is the work, {verb} {path.name}"
