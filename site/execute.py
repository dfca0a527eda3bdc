"""Execute the lectures, each in a fresh kernel, several at once, and keep what they show in build/site/source/course/.

    python site/execute.py [NAME…]      all lectures where none is named

A lecture fails with an error, with a line on stderr, when it takes more processor time than its budget, and when it
writes a file into course/. Exit 1 if one failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbformat.notebooknode import NotebookNode

ROOT = Path(__file__).parent.parent
COURSE = ROOT / "course"
EXECUTED = ROOT / "build" / "site" / "source" / "course"
BUDGET = 60  # seconds of processor time a lecture, which other work on the machine does not change
PATIENCE = 300  # seconds that one cell may take before it is given up


def lectures() -> list[str]:
    """Return the names of the lectures, in their order."""
    return sorted(path.stem for path in COURSE.glob("*.ipynb"))


def execute(name: str) -> list[str]:
    """Execute one lecture and keep it; return what is wrong with it, a sentence each."""
    nb = nbformat.read(COURSE / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        nb,
        timeout=PATIENCE,
        resources={"metadata": {"path": str(COURSE)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # a kernel's remarks on its own start
    )
    used = [0.0]  # after each cell, for the kernel is gone when all are done
    client.on_cell_executed = lambda **_: used.append(processor_seconds(client.km.provisioner.pid))
    found = []
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        found.append(str(error))
    if used[-1] > BUDGET:
        found.append(f"took {used[-1]:.0f} s of processor time, its budget is {BUDGET} s")
    found += [f"cell {cell} wrote to stderr: {text}" for cell, text in on_stderr(nb)]
    CoalesceStreamsPreprocessor(enabled=True).preprocess(nb, {})  # a kernel may send one print in several messages
    EXECUTED.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, EXECUTED / f"{name}.ipynb")
    print(f"{'✘' if found else '✔'} {name:<50} {used[-1]:5.1f} CPU s", flush=True)
    return [f"{name}: {text}" for text in found]


def processor_seconds(pid: int) -> float:
    """Return how long a process has kept processors busy."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def on_stderr(nb: NotebookNode) -> list[tuple[str, str]]:
    """Return (cell id, text) of every output on stderr."""
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
    parser.add_argument("names", nargs="*", metavar="NAME", help="a lecture's file name without its ending")
    named = parser.parse_args().names
    names = named or lectures()
    if unknown := sorted(set(names) - set(lectures())):
        parser.error(f"there is no lecture {unknown[0]!r} in course/: choose from {', '.join(lectures())}")
    if not named:
        shutil.rmtree(EXECUTED, ignore_errors=True)  # or a lecture that is no more would keep its page
    before = set(COURSE.rglob("*"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [text for texts in pool.map(execute, names) for text in texts]
    found += [f"{path.relative_to(ROOT)} was written by a lecture" for path in sorted(set(COURSE.rglob("*")) - before)]
    for text in found:
        print(text, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
