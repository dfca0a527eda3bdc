"""Finds out whether submissions can be isolated on this machine, by trying it."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil

from autograder.sandbox.bubblewrap import BUBBLEWRAP_ENVIRONMENT, Sandbox
from autograder.sandbox.contents import SandboxMissingError
from autograder.sandbox.seat import Seat
from autograder.sandbox.system_calls import seccomp_filter

WAIT = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]


@functools.cache
def sandbox_problem() -> str | None:
    """Return in one sentence why submissions cannot be isolated here and what to do, None if they can be."""
    if sys.platform != "linux":
        return "Isolating submissions needs Linux: grade in WSL or a container, or only students you trust."
    programs = ["bwrap", "prlimit", "taskset", *(["setpriv"] if os.getuid() == 0 else [])]
    if absent := [name for name in programs if shutil.which(name) is None]:
        return f"Isolating submissions needs {absent[0]}: apt-get install bubblewrap util-linux libseccomp2."
    try:
        seccomp_filter()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        return f"Isolating submissions needs libseccomp ({error}): apt-get install libseccomp2; pip install pyseccomp."
    if reason := _start_problem():
        return (
            f"bubblewrap cannot isolate here ({reason}): allow user namespaces "
            "(sysctl kernel.apparmor_restrict_unprivileged_userns=0), or grade as root."
        )
    return None


def _start_problem() -> str | None:
    """Return why no process can be started in a sandbox and watched from outside, None if both work."""
    with contextlib.closing(Seat()) as seat, Sandbox(uid=seat.uid).command(WAIT) as (command, descriptors):
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command,
            pass_fds=descriptors,
            env=BUBBLEWRAP_ENVIRONMENT,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
        ) as process:
            assert process.stdout is not None
            started = process.stdout.readline()
            try:
                for one in psutil.Process(process.pid).children(recursive=True) if started else ():
                    Path(f"/proc/{one.pid}/root/work").stat()
            except OSError:
                process.kill()
                return "its processes cannot be watched: grant the capability SYS_PTRACE"
            lines = process.communicate()[1].strip().splitlines()
    return None if process.returncode == 0 else (lines or [f"exit code {process.returncode}"])[-1]


def require_sandbox() -> None:
    """Raise SandboxMissingError unless submissions can be isolated here."""
    if problem := sandbox_problem():
        raise SandboxMissingError(problem)
