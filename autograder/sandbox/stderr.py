"""Keeps what a process writes to stderr, within bounds, to tell its last line if it fails."""

from __future__ import annotations

import os

STDERR_BYTES = 65536  # that a kernel may write to stderr
LONGEST_LINE = 300  # bytes of the last line that are shown


def bounded_file(size: int = STDERR_BYTES) -> int:
    """Return a descriptor of a file in memory that nobody can make larger, see memfd_create(2)."""
    import fcntl  # exists only where there is a sandbox

    descriptor = os.memfd_create("stderr", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return descriptor


def last_line(text: bytes) -> str:
    """Return the last line of a process's stderr, or that there is none."""
    lines = text.rstrip(b"\0").decode(errors="replace").strip().splitlines()
    return (lines or ["it said nothing"])[-1][-LONGEST_LINE:]
