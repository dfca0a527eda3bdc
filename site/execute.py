"""Execute lectures in fresh kernels, several at the same time, and store them in build/site/source/course/.

    python site/execute.py [NAME…]      default: all lectures

A lecture fails if it raises an error, writes to stderr, uses more processor time than its budget, or writes a file
into course/. The exit code is 1 if a lecture failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbformat.notebooknode import NotebookNode

ROOT = Path(__file__).parent.parent
COURSE = ROOT / "course"
EXECUTED = ROOT / "build" / "site" / "source" / "course"
BUDGET = 60  # seconds of processor time per lecture; other work on the machine does not change it
CELL_TIMEOUT = 300  # seconds per cell


def lectures() -> list[str]:
    """Return the names of the lectures, in order."""
    return sorted(path.stem for path in COURSE.glob("*.ipynb"))


def execute(name: str) -> list[str]:
    """Execute one lecture and store it. Return a sentence for each problem."""
    nb = nbformat.read(COURSE / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        nb,
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(COURSE)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # no messages about the kernel's start
    )
    used = [0.0]  # processor seconds after each cell; the kernel is gone when all cells are done

    def note_processor_seconds(**_: object) -> None:
        assert client.km is not None, "a kernel has executed the cell"
        provisioner: Any = client.km.provisioner  # a LocalProvisioner, which has a pid
        used.append(processor_seconds(provisioner.pid))

    client.on_cell_executed = note_processor_seconds
    problems = []
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        problems.append(str(error))
    if used[-1] > BUDGET:
        problems.append(f"took {used[-1]:.0f} s of processor time, its budget is {BUDGET} s")
    problems += [f"cell {cell} wrote to stderr: {text}" for cell, text in on_stderr(nb)]
    CoalesceStreamsPreprocessor(enabled=True).preprocess(nb, {})  # a kernel may split one print into several messages
    EXECUTED.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, EXECUTED / f"{name}.ipynb")
    print(f"{'✘' if problems else '✔'} {name:<50} {used[-1]:5.1f} CPU s", flush=True)
    return [f"{name}: {text}" for text in problems]


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def on_stderr(nb: NotebookNode) -> list[tuple[str, str]]:
    """Return (cell id, text) for each output on stderr."""
    return [
        (cell.id, output.text.strip())
        for cell in nb.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.get("name") == "stderr"
    ]


def main() -> int:
    """Execute the lectures named on the command line."""
    parser = argparse.ArgumentParser(description="Execute lectures in fresh kernels.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the file name of a lecture, without .ipynb")
    named = parser.parse_args().names
    names = named or lectures()
    if unknown := sorted(set(names) - set(lectures())):
        parser.error(f"there is no lecture {unknown[0]!r} in course/: choose from {', '.join(lectures())}")
    if not named:
        shutil.rmtree(EXECUTED, ignore_errors=True)  # so that a removed lecture loses its page
    before = set(COURSE.rglob("*"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [text for texts in pool.map(execute, names) for text in texts]
    new_files = sorted(set(COURSE.rglob("*")) - before)
    problems += [f"{path.relative_to(ROOT)} was written by a lecture" for path in new_files]
    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
