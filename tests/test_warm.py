"""What the reference solution prepares makes kernels faster, and shows them nothing that they should not see."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import psutil
import pytest
from conftest import ROOT, graded
from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from autograder.bank.cases import EMPTY, read_case
from autograder.bank.verify import run_cases
from autograder.execution.execute import Execute
from autograder.files import _run_folder, run_folder
from autograder.judging.reference import Reference
from autograder.sandbox.bubblewrap import Sandbox
from autograder.sandbox.check import sandbox_problem
from autograder.sandbox.preparation import Preparation
from autograder.sandbox.seat import Seat
from autograder.sandbox.zygotes import Zygote
from autograder.seams.open_course import find_course

pytestmark = pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))
FAMILY = Preparation(("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "numpy"))
CONFIG = Config({"SandboxProvisioner": {"environment": {"OPENBLAS_NUM_THREADS": "1"}}})
IS_WARM = "import sys\nprint('numpy' in sys.modules)"
Prepare = Callable[[str], tuple[Config, Preparation]]


def shown(cell: NotebookNode) -> str:
    """Return all text of a cell's outputs."""
    return "".join(
        output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def run(config: Config, preparation: Preparation, *sources: str, beside: Path | None = None) -> list[str]:
    """Run cells, with the files of the folder `beside`, and return what each shows."""
    nb = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(beside)}} if beside else {}
    Execute(config=config).run(nb, resources, preparation)
    return [shown(cell) for cell in nb.cells]


def wait_for(what: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.05)


def kill_zygotes() -> None:
    """Kill this process's zygotes, without the bubblewraps around them."""
    family = psutil.Process().children(recursive=True)
    zygotes = [one for one in family if is_zygote(one)]
    assert zygotes
    for zygote in zygotes:
        zygote.kill()


def is_zygote(process: psutil.Process) -> bool:
    """Return whether a process is a zygote, or a kernel that was forked from one."""
    return process.name().startswith("python") and "/zygote.py" in process.cmdline()


@pytest.fixture
def prepare(tmp_path: Path) -> Prepare:
    """Prepares kernels for a course whose one solution is the given code."""

    def run_reference(solution: str) -> tuple[Config, Preparation]:
        (tmp_path / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
        course = find_course(tmp_path)
        source = course.folder("source", "small") / "notebook.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(v4.new_notebook(cells=[graded(solution, "double", solution=True)]), source)
        course.config.Reference.cache_writer |= {"MADE": "{cache}"}
        course.config.SandboxProvisioner.cache_reader |= {"MADE": "{cache}"}
        return course.config, Reference(config=course.config).prepared("small", "notebook")

    return run_reference


WRITE = "import os\nfrom pathlib import Path\nPath(os.environ['MADE'], 'f3a9').write_text('program')"
TRY = "try: {}\nexcept OSError as error: print(error.strerror)"
KNOWN = "import os\nfrom pathlib import Path\nmade = Path(os.environ['MADE'])\nprint((made / 'f3a9').read_text())"


def test_a_submission_reads_what_it_can_name_of_the_references_cache_and_lists_and_changes_nothing(
    prepare: Prepare,
) -> None:
    tries = ("list(made.iterdir())", "made.chmod(0o777)", "(made / 'x').write_text('x')", "(made / 'f3a9').unlink()")
    assert run(*prepare(WRITE), KNOWN, *map(TRY.format, tries)) == [
        "program\n",
        "Permission denied\n",
        *["Read-only file system\n"] * 3,
    ]


def test_a_cache_is_replaced_with_its_solution_and_absent_where_the_solution_writes_none(prepare: Prepare) -> None:
    first = prepare(WRITE)[1].cache
    second = prepare(WRITE + "\n# changed")[1].cache
    assert first and second and first != second
    assert second.exists() and not first.exists()
    assert prepare("x = 1")[1].cache is None
    assert not second.exists()


def test_where_warm_is_off_there_is_neither_a_cache_nor_a_module(prepare: Prepare) -> None:
    config, preparation = prepare(WRITE + "\nimport this")
    assert "this" in preparation.modules
    config.Execute.warm = False
    look = "import os, sys\nprint(os.path.exists('/cache'), 'MADE' in os.environ, 'this' in sys.modules)"
    assert run(config, preparation, look) == ["False False False\n"]


@pytest.mark.parametrize("imported", ["coursekit.tweets", "this"])
def test_kernels_find_the_tweets_split_where_the_solution_reads_tweets(prepare: Prepare, imported: str) -> None:
    config, preparation = prepare(f"import {imported}")
    look = "import sys\nprint('coursekit.preload_tweets' in sys.modules)"
    assert run(config, preparation, look) == [f"{imported == 'coursekit.tweets'}\n"]


COUNT = """
import jax, jax.numpy as jnp
events = []
jax.monitoring.register_event_listener(lambda event, **more: events.append(event.rsplit("/")[-1]))
"""
PROGRAMS = """
def double(x):
    return {}
jax.jit(double)(jnp.ones(3)); jnp.sort(jnp.ones(5))
print("cache_hits" in events, "cache_misses" in events)
"""


def test_xla_programs_of_the_solution_are_not_compiled_again_and_no_others_are_kept(prepare: Prepare) -> None:
    config, preparation = prepare(COUNT + PROGRAMS.format("x + x"))
    assert preparation.cache is not None
    before = preparation.cache.stat()
    assert run(config, preparation, COUNT, PROGRAMS.format("3 * x")) == ["", "True False\n"]
    assert preparation.cache.stat().st_mtime_ns == before.st_mtime_ns


LEAVE = """
import socket, subprocess, time
from pathlib import Path
for folder in ("/tmp", "/work", "/dev/shm"):
    Path(folder, "left").write_text("x")
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\\0left")
abstract.listen()
port = socket.create_server(("127.0.0.1", 4711))
process = subprocess.Popen(["sleep", "4713"])
Path("/kernel/made").touch()
while not Path("/kernel/seen").exists():
    time.sleep(0.1)
"""
LOOK = """
import contextlib, os, socket
from pathlib import Path
found = [str(path) for folder in ("/tmp", "/work", "/dev/shm", "/kernel") for path in Path(folder).glob("left")]
found += [p for p in Path("/proc").glob("[0-9]*") if b"4713" in (p / "cmdline").read_bytes()]
for family, address in ((socket.AF_UNIX, "\\0left"), (socket.AF_INET, ("127.0.0.1", 4711))):
    with socket.socket(family) as other:
        found += [address] * (other.connect_ex(address) == 0)
for name in os.listdir("/proc/self/fd"):  # the zygote's are the only ones of this type
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(name))) as open_one:
        found += [name] * (open_one.type == socket.SOCK_SEQPACKET)
try:
    found += os.listdir("/kernels")
except PermissionError:
    pass
print(found)
"""


def test_kernels_of_one_zygote_see_nothing_of_each_other() -> None:
    here = run_folder(os.getpid())
    with ThreadPoolExecutor() as pool:
        first = pool.submit(run, CONFIG, FAMILY, IS_WARM, LEAVE)
        wait_for(lambda: list(here.glob("*/channel/made")))
        assert run(CONFIG, FAMILY, IS_WARM, LOOK) == ["True\n", "[]\n"]
        (made,) = here.glob("*/channel/made")
        made.with_name("seen").touch()
        assert first.result() == ["True\n", ""]


def test_kernels_of_one_zygote_draw_numbers_of_their_own() -> None:
    draw = (
        "import random, tempfile, uuid, numpy\nprint(numpy.random.rand(), random.random(), uuid.uuid1(), uuid.uuid4())"
    )
    one, two = (run(CONFIG, FAMILY, IS_WARM, draw)[1].split() for _ in range(2))
    assert len({*one, *two}) == 8


@pytest.mark.parametrize(
    "source", ["%env A=1", "import os\nos.environ['A'] = '1'", "from os import putenv\nputenv('A', '1')"]
)
def test_a_notebook_that_sets_what_a_module_may_read_at_its_import_starts_cold(source: str) -> None:
    assert run(CONFIG, FAMILY, IS_WARM, source)[0] == "False\n"


@pytest.mark.parametrize("name", ["numpy.py", "numpy/__init__.py"])
def test_a_file_that_is_called_like_a_module_is_imported_in_its_place(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("own = True")
    assert run(CONFIG, FAMILY, IS_WARM, "import numpy\nprint(numpy.own)", beside=tmp_path) == ["False\n", "True\n"]


def test_files_beside_a_notebook_are_its_own_in_a_warm_kernel_too(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "data.txt").write_text("x")
    write = "from pathlib import Path\nprint(Path('inner/data.txt').write_text('yz'))"
    assert run(CONFIG, FAMILY, IS_WARM, write, beside=tmp_path) == ["True\n", "2\n"]


UNTIL_COLD = """
import sys, time
from pathlib import Path
Path("/kernel/made").touch()
while "numpy" in sys.modules:
    time.sleep(0.1)
"""


def test_a_zygote_that_is_killed_costs_no_notebook_anything() -> None:
    here = run_folder(os.getpid())
    assert run(CONFIG, FAMILY, IS_WARM) == ["True\n"]
    kill_zygotes()
    assert run(CONFIG, FAMILY, IS_WARM) == ["True\n"]
    with ThreadPoolExecutor() as pool:
        running = pool.submit(run, CONFIG, FAMILY, UNTIL_COLD, "print('ran')")
        wait_for(lambda: list(here.glob("*/channel/made")))
        kill_zygotes()
        assert running.result() == ["", "ran\n"]


def test_where_no_zygote_can_be_had_kernels_start_cold_and_that_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    threads = Config({"SandboxProvisioner": {"environment": {"OPENBLAS_NUM_THREADS": "2"}}})
    for _ in range(2):
        assert run(threads, FAMILY, IS_WARM) == ["False\n"]
    assert [record.getMessage() for record in caplog.records] == ["Kernels start cold: its imports started 1 threads"]


def test_a_kernel_that_ends_while_it_is_killed_delays_no_other_kernel(tmp_path: Path) -> None:
    for name in ("short/connection", "short/files", "long/connection", "long/files"):
        (tmp_path / name).mkdir(parents=True)
    tmp_path.chmod(0o755)
    with contextlib.ExitStack() as stack:
        zygote = Zygote(Sandbox(), [sys.executable], [], tmp_path)
        stack.callback(zygote.close)
        (script,) = [one for one in psutil.Process(zygote.process.pid).children(recursive=True) if is_zygote(one)]
        short, long = (stack.enter_context(contextlib.closing(Seat())) for _ in range(2))
        stderr = zygote.stderr.fileno()
        sleep = ["timeit", "-n1", "-r1", "-s", "import time", "time.sleep(60)"]
        running = zygote.fork(tmp_path / "long", sleep, Sandbox(uid=long.uid), stderr)
        ending = zygote.fork(tmp_path / "short", [], Sandbox(uid=short.uid), stderr)
        script.suspend()  # so that it notices the end and the kill at once
        wait_for(lambda: script.status() == psutil.STATUS_STOPPED)
        ending.kill()
        wait_for(lambda: psutil.Process(ending.pid).status() == psutil.STATUS_ZOMBIE)
        script.resume()
        ending.wait(20)
        time.sleep(0.2)  # the zygote now takes the second of the two events
        running.kill()
        assert running.wait(20) == -signal.SIGKILL


GRADER = """
import test_warm
test_warm.run(test_warm.CONFIG, test_warm.FAMILY, test_warm.IS_WARM, test_warm.LEAVE)
"""


def test_nothing_outlives_a_grader_that_is_killed() -> None:
    grader = subprocess.Popen([sys.executable, "-c", GRADER], cwd=Path(__file__).parent)
    wait_for(lambda: list(Path("/tmp").glob(f"kernels-{grader.pid}-*/*/channel/made")))
    family = psutil.Process(grader.pid).children(recursive=True)
    assert len(family) >= 5
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    assert not psutil.wait_procs(family, timeout=20)[1]
    (left,) = Path("/tmp").glob(f"kernels-{grader.pid}-*")
    os.utime(left, (0, 0))
    _run_folder.__wrapped__(os.getpid())
    assert not left.exists()


CELLS = [
    "import autograder, sys\nfrom IPython.display import display\nget_ipython().__class__.__name__",
    "print('before')\ndisplay('shown')\nprint('after', file=sys.stderr, end='')\ndisplay(1)",
    "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "await asyncio.sleep(0, 'awaited')",
    "1 +",
    "%precision 2\n1 / 3",
    "name = 'a'\nname",
    "get_ipython().input_transformers_cleanup.append(lambda lines: [line.replace('a', 'b') for line in lines]);",
    "nbme = 'a'\nnbme",
    "name = 'a'\nname",
]


def test_a_warm_kernel_shows_what_a_cold_one_shows() -> None:
    assert run(CONFIG, Preparation((*FAMILY.modules, "autograder")), *CELLS) == run(CONFIG, Preparation(), *CELLS)


SAMPLE = "counts-in-place", "dense-no-bias", "ids-unknown-crash", "other-ways-numpy"


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_warm_and_cold_kernels_give_the_same_results(tmp_path: Path) -> None:
    course, assignment = find_course(ROOT), "01-forward-propagation"
    folder = course.root / "tests" / "submissions" / assignment
    cases = [EMPTY, *(read_case(folder / f"{name}.py") for name in SAMPLE)]
    found = {}
    for warm in (False, True):
        course.config.Execute.warm = warm
        findings = run_cases(course, assignment, cases, tmp_path / str(warm))
        found[warm] = [(one.case.name, one.result, one.surprises) for one in findings]
    assert found[False] == found[True]
