"""Doctor: whether this machine can grade, and how to fix what is missing."""

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

from autograder.sandbox.check import sandbox_problem

PYTHONS = (3, 11), (3, 14)  # the oldest and the newest supported; pyproject.toml and the Makefile say the same
LEAST_MEMORY = 3.5  # GB: enough for the grader and for one notebook that trains a model


@dataclass(frozen=True)
class Check:
    """What was found about one need of grading."""

    name: str
    good: bool
    detail: str
    advice: str | None = None  # one sentence on what to do, None if nothing needs to be done


def examine(root: Path) -> list[Check]:
    """Check Python, the installed packages, the kernel, the sandbox, the machine and the course folder `root`."""
    return [_python(), _packages(), _kernel(), _sandbox(), _cores(), _memory(), _writable(root)]


def _python() -> Check:
    oldest, newest = PYTHONS
    good = oldest <= sys.version_info[:2] <= newest
    advice = None if good else "Install a Python from {}.{} to {}.{}.".format(*oldest, *newest)
    return Check("Python", good, platform.python_version(), advice)


def _packages() -> Check:
    result = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    lines = (result.stdout or result.stderr).strip().splitlines() or ["pip says nothing"]
    good = result.returncode == 0
    number = len(list(importlib.metadata.distributions()))
    advice = None if good else "Run: python -m pip install -r requirements.txt"
    return Check("packages", good, f"{number} installed; {lines[0]}", advice)


def _kernel() -> Check:
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Check("kernel", False, "no kernel called python3", "Run: python -m pip install ipykernel")
    return Check("kernel", True, f"python3 runs {Path(command).name}")


def _sandbox() -> Check:
    problem = sandbox_problem()
    if problem:
        return Check("sandbox", False, "none: grading stops unless --no-sandbox is given", problem)
    return Check("sandbox", True, "works")


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cores() -> Check:
    return Check("cores", True, f"{usable_cores()}")


def _memory() -> Check:
    total = psutil.virtual_memory().total / 1e9
    good = total >= LEAST_MEMORY
    advice = None if good else "Grade with --workers 1, and lower SandboxProvisioner.memory_mb in nbgrader_config.py."
    return Check("memory", good, f"{total:.1f} GB", advice)


def _writable(root: Path) -> Check:
    folder = root / "grading"
    good = os.access(folder if folder.exists() else root, os.W_OK)
    advice = None if good else f"Allow writing to {folder}."
    return Check("grading/", good, "writable" if good else "not writable", advice)
