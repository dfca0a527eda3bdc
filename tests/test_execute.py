"""A notebook's run has one outcome, however its kernel ends and however busy the machine is."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat.v4 as v4
import pytest
from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from autograder.execution import deadline
from autograder.execution import run as run_module
from autograder.execution.deadline import Deadline
from autograder.execution.execute import Execute
from autograder.records import MIME
from autograder.sandbox.check import sandbox_problem
from autograder.sandbox.preparation import COLD, Preparation

pytestmark = pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))
WARM = Preparation(("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "autograder"))
Run = Callable[..., NotebookNode]


@pytest.fixture(params=["cold", pytest.param("warm", marks=pytest.mark.xdist_group("warm"))])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs cells once, after one that imports `record`, and returns the notebook without that one."""
    preparation = {"cold": COLD, "warm": WARM}[request.param]

    def run_cells(*sources: str, **traits: object) -> NotebookNode:
        cells = [v4.new_code_cell(source) for source in ("from autograder import record", *sources)]
        nb = v4.new_notebook(cells=cells)
        config = Config({"SandboxProvisioner": {"environment": {"OPENBLAS_NUM_THREADS": "1"}}})
        executor = Execute(config=config, **{"timeout": 60, **traits})
        nb.metadata.doubt = executor.run_once(nb, {}, preparation)
        del nb.cells[0]
        return nb

    return run_cells


def recorded(cell: NotebookNode) -> int:
    """Return how many records a cell has."""
    return sum(MIME in output.get("data", {}) for output in cell.outputs)


ENDED = "the kernel ended itself (exit code {})"
ENDS = {
    # The kernel lives on for 0.1 s.
    "exit()": (1, ENDED.format(0)),
    "exit(); 1 / 0": (1, ENDED.format(0)),
    "get_ipython().kernel.do_shutdown(True)": (1, ENDED.format(0)),
    "import asyncio; asyncio.get_event_loop().stop()": (1, ENDED.format(0)),
    "import atexit, time; atexit.register(time.sleep, 60); exit()": (1, ENDED.format(0)),
    # It is gone before all that it said has been sent.
    "import os; os._exit(3)": (0, ENDED.format(3)),
    "import ctypes; ctypes.string_at(0)": (0, "the kernel died (SIGSEGV)"),
    # It lives on.
    "exit(keep_kernel=True)": (1, None),
    "import sys; sys.exit()": (1, None),
    "import threading, sys; threading.Thread(target=sys.exit).start()": (1, None),
}


@pytest.mark.parametrize("source", ENDS)
def test_a_kernel_that_ends_has_one_outcome_and_the_true_reason(run: Run, source: str) -> None:
    records, why = ENDS[source]
    nb = run("record('x', 1)", f"record('y', 1)\n{source}", *["import time; time.sleep(0.05)"] * 4)
    before, cell, *later = nb.cells
    assert (recorded(before), recorded(cell)) == (1, records)
    assert nb.metadata.autograder.stopped == why
    assert all(bool(one.outputs) == bool(why) for one in later), "no later cell is run, or all are"
    assert nb.metadata.doubt is None


def test_a_kernel_that_closes_its_connection_is_told_as_that(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "HUNG_UP_SECONDS", 1)
    nb = run("record('x', 1)", "record('y', 1)\nget_ipython().kernel.shell_stream.close()", "record('z', 1)")
    assert [recorded(cell) for cell in nb.cells] == [1, 0, 0]
    assert nb.metadata.autograder.stopped == "it closed its connection to the grader"


@pytest.mark.parametrize("launcher", ["ipykernel_launcher", "ipykernel"])
def test_a_kernel_writes_nothing_on_the_terminal_when_it_starts(
    launcher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kernels" / "course"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", launcher, "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Course", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    nb = v4.new_notebook(
        cells=[v4.new_code_cell("1 + 1")], metadata={"kernelspec": {"name": "course", "display_name": "Course"}}
    )
    Execute(isolation=False).run(nb, {})
    assert nb.cells[0].outputs[0].data["text/plain"] == "2"
    assert capfd.readouterr() == ("", "")


SHOW = """
from IPython.display import clear_output, display, update_display
display("shown", display_id="one")
record("x", 1)
clear_output()
print("after")
record("y", 2)
clear_output(wait=True)
update_display("other", display_id="one")
print("last")
"""


def test_what_clears_a_cells_output_leaves_its_records(run: Run) -> None:
    (cell,) = run(SHOW).cells
    assert recorded(cell) == 2
    assert [output.text for output in cell.outputs if "text" in output] == ["last\n"]


def test_each_cell_that_ran_into_a_limit_is_named_once(run: Run) -> None:
    nb = run("import time; time.sleep(60)", "print('x' * 2_000_000)\nprint('y' * 2_000_000)", "print(1)", timeout=1)
    assert nb.metadata.autograder.limits == [
        "cell 2: it ran longer than 1 s, the limit of a cell",
        "cell 3: its output beyond 1000 kB is left out",
    ]
    assert nb.metadata.autograder.stopped is None


# A message of many small parts, which takes thirty times its size when it is unpacked.
LARGE = """
import json
kernel = get_ipython().kernel
content = b'{"data": [' + b"{}," * 13_000_000 + b"{}]}"
headers = {"msg_id": "1", "msg_type": "display_data", "version": "5.3"}, kernel.get_parent()["header"], {}
frames = [*(json.dumps(header, default=str).encode() for header in headers), content]
kernel.iopub_socket.send_multipart([b"<IDS|MSG>", kernel.session.sign(frames), *frames])
"""


def test_a_large_message_is_not_unpacked(run: Run) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cell, after = run(LARGE, "record('x', 1)").cells
    assert "left out" in str(cell.outputs)
    assert recorded(after) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kilobytes


KILL = "import os, signal, time; time.sleep({}); os.kill(os.getpid(), signal.SIGKILL)"


def test_both_runs_of_a_killed_kernel_share_one_time_limit(run: Run) -> None:
    doubt = run(KILL.format(1), notebook_timeout=600).metadata.doubt
    assert 300 < doubt.seconds < 599
    nb = run(KILL.format(2), notebook_timeout=3)
    assert nb.metadata.doubt is None, "a second run could not get as far"
    assert nb.metadata.autograder.stopped == "the kernel died (SIGKILL)"


def test_a_limit_leaves_out_the_time_in_which_others_have_the_processor() -> None:
    core = next(iter(os.sched_getaffinity(0)))
    pin = f"import os; os.sched_setaffinity(0, {{{core}}}); print()\n"
    sources = [*[pin + "while True: pass"] * 5, "import time; print(flush=True); time.sleep(60)"]
    processes = [subprocess.Popen([sys.executable, "-u", "-c", one], stdout=subprocess.PIPE) for one in sources]
    try:
        for process in processes:
            assert process.stdout and process.stdout.readline()
        crowded, asleep = (Deadline(process.pid, 2, "") for process in processes[-2:])
        for limit in (crowded, asleep):
            limit.look()
        time.sleep(2)
        assert (crowded.passed(), asleep.passed()) == (False, True)
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_limit_that_was_prolonged_as_far_as_it_goes_raises_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "processor_shares", lambda pid: {1: deadline.Share(0, time.monotonic())})
    limit = Deadline(None, 0.1, "")
    time.sleep(0.1)
    assert not limit.passed()
    time.sleep(0.1 * deadline.MOST_EXTENSION)
    assert limit.passed() and limit.starved
