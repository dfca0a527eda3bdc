"""Student code runs where it reaches nothing and nobody, and each bound costs no more than it has to."""

import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat.v4 as v4
import psutil
import pytest
from conftest import Command, graded
from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from autograder import sandbox
from autograder.execute import Execute
from autograder.files import run_folder
from autograder.provisioner import COLD, KernelLostError, Preparation

pytestmark = pytest.mark.skipif(bool(sandbox.missing()), reason=sandbox.missing())


Run = Callable[..., NotebookNode]
WARM = Preparation(("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "numpy"))
IS_WARM = "import sys; assert 'numpy' in sys.modules"


@pytest.fixture(params=["cold", pytest.param("warm", marks=pytest.mark.xdist_group("warm"))])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs cells in the sandbox, in a cold kernel and in a warm one, and returns the notebook."""
    first, preparation = {"cold": ([], COLD), "warm": ([IS_WARM], WARM)}[request.param]

    def run_cells(*sources: str, sandbox_options: dict[str, object] | None = None, **traits: object) -> NotebookNode:
        options = {"environment": {"OPENBLAS_NUM_THREADS": "1"}} | (sandbox_options or {})
        nb = v4.new_notebook(cells=[v4.new_code_cell(source) for source in (*first, *sources)])
        Execute(config=Config({"SandboxProvisioner": options}), **{"timeout": 60, **traits}).run(nb, {}, preparation)
        assert [shown(nb.cells.pop(0)) for _ in first] == [""] * len(first)
        return nb

    return run_cells


def shown(cell: NotebookNode) -> str:
    """Return all text of a cell's outputs."""
    return "\n".join(
        output.get("text")
        or output.get("data", {}).get("text/plain")
        or f"{output.get('ename')}: {output.get('evalue')}"
        for output in cell.outputs
    )


SHELL = "import subprocess; print(subprocess.run({!r}, shell=True, capture_output=True, text=True))"
OUT_OF_REACH = {
    "the course folder": "from pathlib import Path; assert not Path({here!r}).exists(); print('gone')",
    "solutions": "from pathlib import Path; assert not list(Path('/').glob('**/solutions/*/*.ipynb')); print('gone')",
    "homes": "from pathlib import Path; names = '.cache', '.ssh', '.profile', '.bashrc'; "
    "assert not [name for name in names if Path({home!r}, name).exists()]; print('gone')",
    "the network": "import socket\ntry: socket.create_connection(('1.1.1.1', 53), 2)\nexcept OSError: print('gone')",
    "this machine's own ports": "import socket\nwith socket.socket() as s: print('gone' if s.connect_ex(('127.0.0.1', "
    "22)) else 'there')",
    "the environment's files": "import autograder\ntry: open(autograder.__file__, 'a')\nexcept OSError: print('gone')",
    "the system": "try: open('/etc/x', 'w')\nexcept OSError: print('gone')",
    "other processes": "import os; assert {p for p in os.listdir('/proc') if p.isdigit()} <= set(map(str, range(1, "
    "20))); print('gone')",
    "the grader's environment": "import os; assert os.getenv('SECRET_OF_THE_GRADER') is None; assert b'SECRET' not in "
    "open('/proc/self/envi' 'ron', 'rb').read(); print('gone')",
    "new namespaces": "import ctypes; print('gone' if ctypes.CDLL(None).unshare(0x10000000) else 'there')",
    "other processes' memory": "import ctypes; print('gone' if ctypes.CDLL(None).ptrace(0, 0, 0, 0) else 'there')",
    "memory that no limit counts": "import os\ntry: os.memfd_create('x')\nexcept OSError: print('gone')",
    "root": "import os; assert os.getuid() and os.geteuid()\ntry: os.setuid(0)\nexcept OSError: print('gone')",
}


@pytest.mark.parametrize("what", OUT_OF_REACH)
def test_out_of_reach(run: Run, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "SECRET")
    source = OUT_OF_REACH[what].replace("{here!r}", repr(str(Path(__file__).parent)))
    (cell,) = run(source.replace("{home!r}", repr(str(Path.home())))).cells
    assert shown(cell).strip() == "gone"


FORK = """
import os, time, warnings
warnings.simplefilter("ignore")  # Python 3.12 and later warn of forks where there are threads
made = 0
try:
    while True:
        if not os.fork():
            time.sleep(99)
        made += 1
except OSError:
    print(made)
"""
FILL = """
written = 0
try:
    for i in range(99):
        with open(f"{i}", "wb") as file:
            written += file.write(bytes(3_000_000))
except OSError as error:
    print(error.strerror, written)
"""


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("x = bytearray(5_000_000_000)", {}, "MemoryError"),
        ("with open('x', 'wb') as f: f.write(bytes(3_000_000)); f.flush()", {"file_mb": 2}, "File too large"),
        (FILL, {"folder_mb": 20, "file_mb": 10}, "No space left on device"),
        ("[open('/dev/null') for _ in range(999)]", {"open_files": 100}, "Too many open files"),
    ],
)
def test_a_bound_that_the_system_enforces_is_an_error_of_its_cell(
    run: Run, source: str, options: dict[str, object], said: str
) -> None:
    cell, after = run(source, "print('after')", sandbox_options=options).cells
    assert said in shown(cell)
    assert shown(after) == "after\n"


def test_processes_are_bounded(run: Run) -> None:
    for _ in range(2):  # the second kernel does not meet what the first one leaves
        (cell,) = run(FORK, sandbox_options={"processes": 40}).cells
        assert 5 < int(shown(cell)) < 40


HELD = "import pathlib, time\nwhile not pathlib.Path('/kernel/stop').exists(): time.sleep(0.1)"


def test_the_processes_of_one_kernel_are_not_counted_for_another_at_its_side(run: Run) -> None:
    with ThreadPoolExecutor() as pool:
        greedy = pool.submit(run, FORK, HELD, sandbox_options={"processes": 40})
        try:
            while len(theirs := psutil.Process().children(recursive=True)) < 30:
                assert not greedy.done()
                time.sleep(0.05)
            (cell,) = run("import subprocess; subprocess.run('true')", sandbox_options={"processes": 40}).cells
        finally:
            for process in theirs:
                with contextlib.suppress(OSError):
                    Path(f"/proc/{process.pid}/root/kernel/stop").touch()
    assert "returncode=0" in shown(cell)
    assert int(shown(greedy.result().cells[0])) < 40


SEVERAL = """
import os, time, warnings
warnings.simplefilter("ignore")
for _ in range(8):
    if not os.fork():
        x = b"x" * 200_000_000
        time.sleep(60)
time.sleep(60)
"""
SHARED = """
import mmap, os, time, warnings
warnings.simplefilter("ignore")
for _ in range(8):
    if not os.fork():
        shared = mmap.mmap(-1, 200_000_000)
        for _ in range(200):
            shared.write(bytes(1_000_000))
        time.sleep(60)
time.sleep(60)
"""
HIDDEN = SHARED.replace("    time.sleep", "        shared.madvise(mmap.MADV_DONTNEED)\n        time.sleep", 1)
STOPS = {
    "its processes used more than 1200 MB of memory": (SEVERAL, {"memory_mb": 1200}),
    "its processes used more than 1100 MB of memory": (SHARED, {"memory_mb": 1100}),
    "its processes used more than 1000 MB of memory": (HIDDEN, {"memory_mb": 1000}),  # filled, and looked at no more
    "it used more than 5 CPU seconds": ("while True: pass", {"cpu_seconds": 5}),
    "it wrote more than 3 MB of files": (
        "import time\nopen('/kernel/x', 'wb').write(bytes(4_000_000)); time.sleep(60)",
        {"folder_mb": 3},
    ),
    "it made more than 500 files in a folder": (
        "import time\nfor i in range(600): open(f'/tmp/{i}', 'w').close()\ntime.sleep(60)",
        {"folder_files": 500},
    ),
    "it opened more than 100 sockets": (
        "import socket, time; pairs = [socket.socketpair() for _ in range(60)]; time.sleep(60)",
        {"sockets": 100},
    ),
    "the kernel died (SIGKILL)": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {}),
    "the kernel ended itself (exit code 3)": ("import os; os._exit(3)", {}),
}


@pytest.mark.parametrize("said", STOPS)
def test_a_bound_watched_from_outside_ends_the_notebook_and_keeps_what_came_before(run: Run, said: str) -> None:
    source, options = STOPS[said]
    before, cell, after = run("print('before')", source, "print('after')", sandbox_options=options).cells
    assert shown(before) == "before\n"
    assert shown(cell) == f"Stopped: {said}"
    assert said in shown(after) and after.outputs[0].ename == "NotRun"


def test_what_short_cells_start_is_watched_too(run: Run) -> None:
    options = {"memory_mb": 1300}
    *_, last = run(SEVERAL.removesuffix("time.sleep(60)\n"), *["time.sleep(0.3)"] * 15, sandbox_options=options).cells
    assert "its processes used more than 1300 MB of memory" in shown(last)


def test_what_is_started_in_place_of_a_kernel_is_watched_too(tmp_path: Path) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text(SEVERAL)
    execute = Execute(config=Config({"SandboxProvisioner": {"memory_mb": 1300}}), startup_timeout=30)
    with pytest.raises(KernelLostError, match="its processes used more than 1300 MB of memory"):
        execute.run(v4.new_notebook(), {"metadata": {"path": str(tmp_path)}})


FLOOD = """
import time
kernel = get_ipython().kernel
ends, message = time.monotonic() + 3, bytes(40_000_000)
while time.monotonic() < ends:
    kernel.session.send(kernel.{}, "x", ident=kernel._parent_ident["shell"], buffers=[message])
    time.sleep(0.02)
"""


# Answers at once, so that nobody waits for an answer, and does not end.
ANSWERS = """
import gc, time, zmq
kernel = get_ipython().kernel
sockets = [s for s in gc.get_objects() if isinstance(s, zmq.Socket) and not s.closed and s.type == zmq.ROUTER]
(shell,) = [s for s in sockets if s.LAST_ENDPOINT.decode().endswith(f"-{kernel.parent.shell_port}")]
who = kernel._parent_ident["shell"]
kernel.session.send(shell, "execute_reply", {"status": "ok"}, parent=kernel.get_parent(), ident=who)
for _ in range(40):
    shell.send_multipart([*who, b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", bytes(40_000_000)], copy=False)
time.sleep(5)
"""
# Finds the file of its last words.
WORDS = """
import os, signal, stat
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for number in range(100):
    try:
        while stat.S_ISREG(os.fstat(number).st_mode):
            os.write(number, "\\u0101a\\n".encode() * 200_000)
    except OSError:
        pass
"""
UNREAD = {
    "what it asks": FLOOD.format("stdin_socket"),
    "answers to interrupts": FLOOD.format("control_stream.socket"),
    "answers": ANSWERS,
    "last words": WORDS,
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_nobody_reads_is_not_kept_in_memory(run: Run, what: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(UNREAD[what])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kilobytes


KILLED_ONCE = """
import os, pathlib
seen = pathlib.Path({!r})
if not seen.exists():
    seen.touch()
    os.kill(os.getpid(), 9)
print("again")
"""


def test_a_solution_whose_kernel_is_killed_is_run_again(tmp_path: Path) -> None:
    nb = v4.new_notebook(cells=[v4.new_code_cell(KILLED_ONCE.format(str(tmp_path / "seen")))])
    Execute(isolation=False).run(nb, {})
    assert shown(nb.cells[0]) == "again\n"


def test_a_kernel_is_not_told_what_answers_are_judged_by() -> None:
    spying = v4.new_code_cell("def record(name, value, **options): print(options)")
    test = graded('record("x", 1, rule=between(0, 2), hint="It is 1.")', "test-x", grade=True, locked=True, points=1)
    nb = v4.new_notebook(cells=[spying, test])
    before = test.source
    Execute().run_submission(nb, {}, COLD)
    assert shown(nb.cells[1]) == "{}\n"
    assert nb.cells[1].source == before


def test_a_cell_that_runs_too_long_costs_only_itself(run: Run) -> None:
    cell, after = run("print('x'); import time; time.sleep(60)", "print('after')", timeout=2).cells
    assert shown(cell).startswith("x\n\nCellTimeoutError: it ran longer than 2 s, the limit of a cell")
    assert shown(after) == "after\n"


def test_a_cell_that_cannot_be_interrupted_ends_the_notebook(run: Run) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)"
    cell, _ = run(stubborn, "print('after')", timeout=2).cells
    assert "the limit of a cell, and could not be interrupted" in shown(cell)


def test_a_cell_that_is_not_to_be_interrupted_ends_the_notebook(run: Run) -> None:
    cell, after = run("import time; time.sleep(60)", "print('after')", timeout=2, interrupt_on_timeout=False).cells
    assert shown(cell).endswith("it ran longer than 2 s, the limit of a cell")
    assert after.outputs[0].ename == "NotRun"


def test_a_notebook_that_runs_too_long_ends(run: Run) -> None:
    sleeps = ["import time; time.sleep(1.5)"] * 4
    nb = run(*sleeps, notebook_timeout=4)
    assert nb.metadata.autograder["stopped"] == "it ran longer than 4 s, the limit of a notebook"


@pytest.mark.parametrize(
    "source",
    [
        "while True: print('x' * 100_000)",
        "from IPython.display import display\ndisplay({'text/plain': 'x' * 9_000_000}, raw=True)",
        "from IPython.display import clear_output\nwhile True: clear_output()",
    ],
)
def test_output_is_bounded_while_it_arrives(run: Run, source: str) -> None:
    started = time.monotonic()
    nb = run(source, "print('after')", output_mb=4)
    assert nb.metadata.autograder["stopped"] == "it sent more than 4 MB of output"
    assert time.monotonic() - started < 30


def test_a_cell_keeps_the_beginning_of_much_output_and_the_notebook_goes_on(run: Run) -> None:
    cell, after = run("print('x' * 3_000_000)", "print('after')").cells
    assert 900_000 < len(shown(cell)) < 1_100_000
    assert shown(cell).endswith("[output beyond 1000 kB is left out]\n")
    assert shown(after) == "after\n"


def test_nothing_outlives_the_notebook(run: Run) -> None:
    run("import subprocess; subprocess.Popen(['sleep', '4711'], start_new_session=True)")
    assert not [process for process in psutil.process_iter(["cmdline"]) if "4711" in (process.info["cmdline"] or [])]
    assert not list(run_folder(os.getpid()).iterdir())


def test_what_could_run_in_a_browser_becomes_plain_text(run: Run) -> None:
    source = (
        "from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display\n"
        "for kind in (HTML, Javascript, Latex, Markdown): display(kind('<script>alert(1)</script>'))\n"
        "display({'image/svg+xml': '<svg onload=alert(1)>', 'image/png': 'PHN2Zz4=', 'text/plain': 'p'}, raw=True)"
    )
    (cell,) = run(source).cells
    assert {kind for output in cell.outputs for kind in output.data} == {"text/plain"}


def test_what_a_kernel_sends_need_not_be_a_message(run: Run) -> None:
    source = (
        "k = get_ipython().kernel\n"
        "k.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', b'forged', b'{', b'{', b'{', b'{'])\n"
        "k.session.send(k.iopub_socket, 'stream', {'text': 3}, parent=k.get_parent())\n"
        "k.session.send(k.iopub_socket, 'display_data', {'data': [1]}, parent=k.get_parent())\n"
        "k.session.send(k.iopub_socket, 'error', {}, parent=k.get_parent())\n"
    )
    nb = run("print('before')", source)
    assert shown(nb.cells[0]) == "before\n"


def test_without_a_sandbox_grading_stops_unless_asked_otherwise(
    course: Path, command: Command, submit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("ada", "def double(x):\n    return 2 * x")
    bare = course / "bin"
    bare.mkdir()
    for name in ("alembic", "python"):
        (bare / name).symlink_to(Path(sys.executable).parent / name)
    monkeypatch.setenv("PATH", str(bare))
    stopped = command("autograder", "grade", "small")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("Isolating submissions needs bwrap: apt-get install bubblewrap")
    asked = command("autograder", "grade", "small", "--no-sandbox")
    assert asked.returncode == 0, asked.stderr
    assert "WITHOUT ISOLATION" in asked.stdout
