"""Doctor: what this machine offers for grading, and how to mend what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from autograder.sandbox.bubblewrap import missing

PYTHONS = (3, 11), (3, 14)  # the oldest and the newest that do; pyproject.toml and the Makefile say the same
LEAST_MEMORY = 3.5  # GB: what a notebook that trains a model, and the grader, need with some room


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    good: bool
    found: str
    mend: str = ""  # one sentence on what to do, "" where all is well


def examine(root: Path) -> list[Check]:
    """Look at Python, the installed packages, the kernel, the sandbox, the machine and the course folder."""
    return [_python(), _packages(), _kernel(), _sandbox(), _cores(), _memory(), _writable(root)]


def _python() -> Check:
    oldest, newest = PYTHONS
    good = oldest <= sys.version_info[:2] <= newest
    mend = "" if good else "Install a Python from {}.{} to {}.{}.".format(*oldest, *newest)
    return Check("Python", good, platform.python_version(), mend)


def _packages() -> Check:
    result = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    said = (result.stdout or result.stderr).strip().splitlines()
    good = result.returncode == 0
    number = len(list(importlib.metadata.distributions()))
    mend = "" if good else "Run: python -m pip install -r requirements.txt"
    return Check("packages", good, f"{number} installed; {said[0] if said else 'pip says nothing'}", mend)


def _kernel() -> Check:
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Check("kernel", False, "no kernel called python3", "Run: python -m pip install ipykernel")
    return Check("kernel", True, f"python3 runs {Path(command).name}")


def _sandbox() -> Check:
    why = missing()
    return Check("sandbox", not why, "none: grading stops unless --no-sandbox is given" if why else "works", why)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cores() -> Check:
    return Check("cores", True, f"{cores()}")


def _memory() -> Check:
    total = psutil.virtual_memory().total / 1e9
    good = total >= LEAST_MEMORY
    mend = "" if good else "Grade with one worker, and lower SandboxProvisioner.memory_mb."
    return Check("memory", good, f"{total:.1f} GB", mend)


def _writable(root: Path) -> Check:
    folder = root / "grading"
    good = os.access(folder if folder.exists() else root, os.W_OK)
    return Check(
        "grading/",
        good,
        "writable" if good else "not writable",
        "" if good else f"Allow writing to {folder}.",
    )
