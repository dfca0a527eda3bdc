"""Student code runs where it reaches nothing and nobody, and each bound costs no more than it has to."""

import contextlib
import os
import resource
import socket
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

from autograder.execution.execute import Execute, withheld
from autograder.files import run_folder
from autograder.sandbox.check import sandbox_problem
from autograder.sandbox.preparation import COLD, Preparation
from autograder.sandbox.provisioner import KernelLostError
from autograder.sandbox.seat import Seat
from autograder.sandbox.system_calls import ALLOWED, REFUSED

pytestmark = pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))


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
    "other cores": "import os\ntry: os.sched_setaffinity(0, range(os.cpu_count()))\nexcept OSError: "
    "print('gone' if len(os.sched_getaffinity(0)) == 1 else 'there')",
    "the machine's program for core dumps": "import resource; print('gone' if resource.getrlimit(resource.RLIMIT_CORE) "
    "== (1, 1) else 'there')",  # see core(5)
    "root": "import os; assert os.getuid() and os.geteuid()\ntry: os.setuid(0)\nexcept OSError: print('gone')",
}


@pytest.mark.parametrize("what", OUT_OF_REACH)
def test_out_of_reach(run: Run, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "SECRET")
    source = OUT_OF_REACH[what].replace("{here!r}", repr(str(Path(__file__).parent)))
    (cell,) = run(source.replace("{home!r}", repr(str(Path.home())))).cells
    assert shown(cell).strip() == "gone"


def test_kernels_have_cores_of_their_own_while_there_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {9001, 9002, 9003})  # which nobody else takes
    with contextlib.ExitStack() as stack:
        seats = [stack.enter_context(contextlib.closing(Seat(cores))) for cores in (1, 1, 1, 2, 0)]
        taken = [seat.cores for seat in seats]
        assert taken == [[9001], [9002], [9003], [9001, 9002], [9001, 9002, 9003]]
        seats[1].close()
        assert stack.enter_context(contextlib.closing(Seat(1))).cores == [9002]
    with contextlib.closing(Seat(9)) as seat:
        assert seat.cores == [9001, 9002, 9003]


PINNED = """
import os, subprocess, sys
look = "import os; print(os.sched_getaffinity(0))"
child = subprocess.run([sys.executable, "-c", look], start_new_session=True, capture_output=True, text=True)
print(child.stdout.strip() == str(os.sched_getaffinity(0)), len(os.sched_getaffinity(0)))
"""


def test_what_a_kernel_starts_runs_on_its_cores(run: Run) -> None:
    assert shown(run(PINNED).cells[0]) == "True 1\n"
    assert shown(run(PINNED, sandbox_options={"cores": 0}).cells[0]) == f"True {len(os.sched_getaffinity(0))}\n"


BOUNDS = """
import os, re
for pid in filter(str.isdigit, os.listdir("/proc")):
    print(re.findall(r"Max (?:processes|address space|open files) +(\\d+)", open(f"/proc/{pid}/limits").read()))
"""


def test_the_limits_hold_for_the_first_process_too(run: Run) -> None:
    (cell,) = run(BOUNDS, sandbox_options={"processes": 99, "open_files": 98, "memory_mb": 3000}).cells
    assert set(shown(cell).splitlines()) == {"['99', '98', '3000000000']"}


CALLS = """
import ctypes, errno, fcntl, mmap, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def name(answer):
    return errno.errorcode[ctypes.get_errno()] if answer == -1 else "allowed"
def families():
    for family in range(64):
        try:
            socket.socket(family, socket.SOCK_DGRAM if family > 1 else socket.SOCK_STREAM).close()
            yield int(family)
        except OSError as error:
            assert error.errno == errno.ENOSYS
"""
ANSWERED = {
    "name(libc.syscall(9999))": "ENOSYS",  # a call that Linux may have one day
    "name(libc.syscall(437, -100, b'/tmp', (ctypes.c_uint64 * 3)(), 24))": "ENOSYS",  # openat2
    "name(libc.unshare(0x10000000))": "EPERM",
    "list(families())": list(map(int, (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK))),
    "name(libc.socket(2, 1, 262))": "ENOSYS",  # multipath TCP
    "name(libc.socketpair(30, 2, 0, (ctypes.c_int * 2)()))": "ENOSYS",  # AF_TIPC
    "name(libc.fcntl(0, fcntl.F_SETLEASE, fcntl.F_RDLCK))": "ENOSYS",
    "name(libc.fcntl(0, fcntl.F_NOTIFY, 1))": "ENOSYS",
    "name(libc.syscall({'x86_64': 72, 'aarch64': 25}[__import__('platform').machine()], ctypes.c_ulong(0), "
    "ctypes.c_ulong(1 << 32 | fcntl.F_SETLEASE), ctypes.c_ulong(0)))": "ENOSYS",
    "name(libc.ioctl(0, 0x5412, b'x'))": "ENOSYS",  # TIOCSTI
    "name(libc.inotify_init())": "EPERM",
    "name(libc.mmap(0, 1 << 21, 3, 0x40022, -1, 0))": "ENOSYS",  # huge pages
}


def test_system_calls_are_refused_unless_they_are_known_to_be_needed(run: Run) -> None:
    source = f"{CALLS}\nprint([{', '.join(ANSWERED)}])"
    assert shown(run(source).cells[0]) == f"{list(ANSWERED.values())}\n"


def test_every_call_of_the_filter_is_one_that_linux_has() -> None:
    import pyseccomp

    machines = pyseccomp.Arch.X86_64, pyseccomp.Arch.AARCH64
    for name in (ALLOWED + REFUSED).split():
        assert any(pyseccomp.resolve_syscall(machine, name) != -1 for machine in machines), name


WORK = {
    "NumPy": "import numpy\nnumpy.linalg.inv(numpy.eye(200) * 2)",
    "JAX": "import jax\njax.jit(jax.grad(lambda x: jax.numpy.sum(jax.numpy.tanh(x) ** 2)))(jax.numpy.ones(9))",
    "a command": "import subprocess\nsubprocess.run('ls -l / | sort', shell=True, capture_output=True, check=True)",
    "the shell": "!cp -p /etc/passwd /tmp/x && echo hello",
    "forks": "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as pool: pool.map(abs, [-1, 2])",
    "new processes": "from concurrent.futures import ProcessPoolExecutor as Pool; import multiprocessing as m\n"
    "with Pool(1, mp_context=m.get_context('spawn')) as pool: pool.submit(abs, -1).result()",
    "threads": "from concurrent.futures import ThreadPoolExecutor as Pool\nwith Pool(4) as pool: pool.map(abs, [-1])",
    "a figure": "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.savefig('/tmp/x.png'); plt.close()",
    "a database": "import sqlite3; db = sqlite3.connect('/work/x.db'); db.execute('create table t (n)'); db.commit()",
    "coroutines": "import asyncio; p = await asyncio.create_subprocess_exec('true'); await p.wait()",
    "a server": "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())",
    "hosts": "import socket; socket.getaddrinfo('127.0.0.1', 80), socket.if_nameindex()",
    "files": "import shutil, tempfile; d = tempfile.mkdtemp(); shutil.copy2('/etc/passwd', d); shutil.rmtree(d)",
    "locks": "import fcntl; f = open('/tmp/l', 'w'); fcntl.flock(f, fcntl.LOCK_EX); fcntl.lockf(f, fcntl.LOCK_EX)",
    "a terminal": "import os; assert os.isatty(os.openpty()[1])",
    "timers": "import signal; signal.setitimer(signal.ITIMER_REAL, 9); signal.setitimer(signal.ITIMER_REAL, 0)",
    "shared memory": "from multiprocessing.shared_memory import SharedMemory as M; M(create=True, size=99).unlink()",
}


def test_what_notebooks_do_works(run: Run) -> None:
    cells = run(*WORK.values()).cells
    assert {name: shown(cell) for name, cell in zip(WORK, cells, strict=True) if "Error" in shown(cell)} == {}
    assert "hello" in shown(cells[list(WORK).index("the shell")])


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


NAMELESS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
KEEP_SIZE = 1  # takes room beyond the end of a file
for place in ("/kernel", "/tmp", "/work", "/dev/shm"):
    file = os.open(f"{place}/x", os.O_RDWR | os.O_CREAT)
    os.unlink(f"{place}/x")
    answers = [libc.fallocate(file, KEEP_SIZE, ctypes.c_long(i * 10**7), ctypes.c_long(10**7)) for i in range(6)]
    print(os.strerror(ctypes.get_errno()) if answers.count(0) < 4 else answers)
for name in os.listdir("/proc/self/fd"):  # what it writes to stderr
    if not libc.fallocate(int(name), KEEP_SIZE, ctypes.c_long(0), ctypes.c_long(10**6)):
        print("taken", os.readlink(f"/proc/self/fd/{name}"))
    os.truncate(f"/proc/self/fd/{name}", 10**6) if "memfd" in os.readlink(f"/proc/self/fd/{name}") else None
"""


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("x = bytearray(5_000_000_000)", {}, "MemoryError"),
        ("with open('x', 'wb') as f: f.write(bytes(3_000_000)); f.flush()", {"file_mb": 2}, "File too large"),
        (FILL, {"folder_mb": 20, "file_mb": 10}, "No space left on device"),
        (f"import os; os.chdir('/kernel')\n{FILL}", {"folder_mb": 20, "file_mb": 10}, "No space left on device"),
        (NAMELESS, {"folder_mb": 30}, "No space left on device\n" * 4 + "\nPermissionError"),
        ("import mmap; mmap.mmap(-1, 5_000_000_000)", {}, "Cannot allocate memory"),
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
CHILDREN = """
import os, time, warnings
warnings.simplefilter("ignore")
while True:  # none of them alone comes near the bound
    if not os.fork():
        while time.process_time() < 1:
            pass
        os._exit(0)
    os.wait()
"""
FILES = """
import os, time
for place in ("/kernel", "/tmp", "/work", "/dev/shm"):
    for number in range(4):
        os.posix_fallocate(os.open(f"{place}/{number}", os.O_RDWR | os.O_CREAT), 0, 60_000_000)
time.sleep(60)
"""
MAPPINGS = """
import ctypes, os, time, warnings
warnings.simplefilter("ignore")
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
for number in range(15_000):
    libc.mmap(None, 4096, 1 + number % 2, 0x22, -1, 0)
os.fork() or os.fork()
time.sleep(60)
"""
OPEN = """
import os, time, warnings
warnings.simplefilter("ignore")
files = [open("/dev/null") for _ in range(20)]
for _ in range(50):
    if not os.fork():
        break
time.sleep(60)
"""
STOPS = {
    "its processes used more than 1200 MB of memory": (SEVERAL, {"memory_mb": 1200}),
    "its processes used more than 1100 MB of memory": (SHARED, {"memory_mb": 1100}),
    "its processes used more than 1000 MB of memory": (HIDDEN, {"memory_mb": 1000}),  # filled, and looked at no more
    "it used more than 5 CPU seconds": ("while True: pass", {"cpu_seconds": 5}),
    "it used more than 6 CPU seconds": (CHILDREN, {"cpu_seconds": 6}),
    "its processes used more than 800 MB of memory": (FILES, {"memory_mb": 800}),
    "its processes made more than 20000 memory mappings": (MAPPINGS, {"mappings": 20_000}),
    "its processes opened more than 3200 files": (OPEN, {"open_files": 100}),
    "it opened more than 10 terminals": (
        "import os, time; pairs = [os.openpty() for _ in range(20)]; time.sleep(60)",
        {"terminals": 10},
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
    with withheld(nb, COLD.names):
        Execute().run(nb, {}, COLD)
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
