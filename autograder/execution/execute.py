"""Execute: nbgrader's preprocessor of that name, for notebooks whose writer may be hostile.

The kernel runs in the sandbox and is spoken to over messages alone. What it sends is counted while it arrives.
A bound that is overstepped costs the cell, or the rest of the notebook; outputs that came before it are kept, and
with them the points they earn. Such a cell ends with an error output that says which bound it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute as Stock
from traitlets import Bool, Int

from autograder.cells import grade_id, make_output
from autograder.execution.connection import SMALLEST_MESSAGE, TOO_MUCH, Line, TooMuchError, make_manager
from autograder.execution.deadline import Deadline
from autograder.execution.outputs import MOST_LETTERS, error, tidy
from autograder.execution.shadowed import Names, shadowed, unshadowed
from autograder.execution.withhold import without_rules
from autograder.harmless import printable
from autograder.records import MIME, outputs_without_records
from autograder.sandbox.provisioner import COLD, DIED, KernelLostError, Preparation, SandboxProvisioner

TIMEOUT = "CellTimeoutError"
KILLED = DIED.format("SIGKILL")
ENDED = "the kernel ended itself (exit code 0)"  # as `cause_of_death` calls it
NO_END = "its output did not end"
HUNG_UP = "it closed its connection to the grader"
WATCHED = 0.5  # seconds from one look at a kernel's processes to the next
LAST_BREATH = 2  # seconds after a kernel's death in which its last messages arrive
FAREWELL = 10  # seconds that a kernel has to end after it closed its connection
NATIVE = "python3"
QUIET = "--IPKernelApp.log_level=ERROR"  # a kernel's remarks on its own start are not the instructor's business
# What sets (or reads) environment variables, which a library reads at its import: such a notebook starts cold.
ENVIRONMENT = re.compile(r"\b(environ|environb|putenv|unsetenv)\b|^[ \t]*%(set_)?env\b", re.MULTILINE)
ISOLATED = "isolated"  # the notebook metadata under METADATA that says how it was run
# IPython's promise to end soon. Without a question for it, the next cells would run or not as it happens.
LEAVING = "get_ipython().exit_now"
LONGEST_NAME = 100  # letters of a cell's name


@dataclass(frozen=True)
class Doubt:
    """Why a run may have been spoiled by a busy machine, and has to be repeated before it counts."""

    why: str
    seconds: float | None = None  # what the second run may take, None for as long as the first
    cold: bool = False  # whether the second run starts cold: what warm kernels are forked from may have failed


class Execute(Stock):  # type: ignore[misc]  # nbgrader carries no types
    """Runs a submission's cells in the sandbox, within bounds, and keeps what was earned before one was met."""

    isolation = Bool(True, help="Whether kernels run in the sandbox; without it, with the instructor's rights.").tag(
        config=True
    )
    warm = Bool(
        True,
        help="Whether kernels in the sandbox use what the reference solution prepared: modules that are imported "
        "already, unless the notebook deals with environment variables or brings a file that is called like one of "
        "them; and a cache.",
    ).tag(config=True)
    notebook_timeout = Int(900, help="Seconds for all cells of a notebook together.").tag(config=True)
    output_mb = Int(50, help="Megabytes that a kernel may send while it runs a notebook.").tag(config=True)
    cell_output_kb = Int(1000, help="Kilobytes of a cell's output that are kept, its records not counted.").tag(
        config=True
    )

    def __init__(self, **kwargs: Any) -> None:
        """Set what nbclient would do otherwise."""
        super().__init__(**kwargs)
        self.shutdown_kernel = "immediate"

    def run_submission(self, nb: NotebookNode, resources: dict[str, Any], preparation: Preparation) -> None:
        """Run a submission: its kernel learns nothing of what its answers are judged by."""
        with withheld(nb, preparation.names):
            self.run(nb, resources, preparation)

    def run(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        preparation: Preparation = COLD,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run every code cell of `nb` in a new kernel, and once more if there is a doubt.

        `preparation` makes a kernel in the sandbox faster; `environment` is what one without it has beside the
        grader's own. KernelLostError if no kernel could be had the second time either.
        """
        if doubt := self.run_once(nb, resources, preparation, environment):
            self.log.warning("%s: the notebook is run again.", doubt.why.rstrip("."))
            self.run_once(nb, resources, preparation, environment, doubt)

    def run_once(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        preparation: Preparation = COLD,
        environment: Mapping[str, str] | None = None,
        earlier: Doubt | None = None,
    ) -> Doubt | None:
        """Run every code cell of `nb` in a new kernel; return what makes the outcome doubtful, None if nothing does.

        `earlier` is the doubt of the first run, if this is the second.
        """
        self.preparation = preparation if self.warm else COLD
        cold = earlier is not None and earlier.cold
        if cold or any(ENVIRONMENT.search(cell.source) for cell in nb.cells if cell.cell_type == "code"):
            self.preparation = replace(self.preparation, modules=())
        try:
            self._run(nb, resources, environment or {}, (earlier and earlier.seconds) or self.notebook_timeout)
        except KernelLostError as problem:  # with the process that it was forked from, or it never answered
            if earlier:
                raise
            return Doubt(str(problem), cold=True)
        return self.doubt

    def _run(self, nb: NotebookNode, resources: dict[str, Any], environment: Mapping[str, str], seconds: float) -> None:
        # Set anew for each run: nbgrader uses one preprocessor for many.
        self.nb, self.resources = nb, resources
        self.km: Any = None
        self.kc: Any = None
        self.lines: list[Line] = []
        self.stopped = ""  # why no further cell is run
        self.limits: list[str] = []  # which cell ran into which limit
        self.doubt: Doubt | None = None
        self.died: float | None = None  # when the kernel was first seen dead
        with self.setup_kernel(env={**os.environ, **environment}):
            self.watched = monotonic()
            why = f"it ran longer than {self.notebook_timeout} s, the limit of a notebook"
            self.deadline = self._deadline(seconds, why)
            for index, cell in enumerate(nb.cells):
                if cell.cell_type == "code":
                    self._run_cell(cell, index)
        nb.metadata["autograder"] = {ISOLATED: self.isolation, "stopped": self.stopped, "limits": self.limits}

    def _run_cell(self, cell: NotebookNode, index: int) -> None:
        cell.outputs, cell.execution_count = [], None
        if self.stopped:
            cell.outputs = [error("NotRun", f"an earlier cell ended the notebook: {self.stopped}")]
            return
        self.kept = 0
        self.cell_name = printable(str(grade_id(cell) or index + 1))[:LONGEST_NAME]
        try:
            if cell.source.strip():
                self._converse(cell)
        except DeadKernelError as problem:
            # How much of what the cell recorded arrived before differs from run to run: nothing of it counts.
            cell.outputs = outputs_without_records(cell)
            self._stop(str(problem) or self._cause_of_death())
        except (CellTimeoutError, TooMuchError) as problem:
            self._stop(str(problem))
        except Exception as problem:  # a kernel can send anything
            self._stop(f"its kernel sent what is no message of Jupyter's ({type(problem).__name__})")
        cell.execution_count = index + 1
        if self.stopped:
            cell.outputs.append(error("Stopped", self.stopped))
        cell.metadata.pop("execution", None)

    def _converse(self, cell: NotebookNode) -> None:
        """Have the kernel run a cell, and take what it says until it is idle again.

        nbclient has three tasks of an event loop do that, which costs more than many a cell.
        """
        question = {"leaving": LEAVING} if self.km.kernel_spec.language == "python" else {}
        asked = self.kc.execute(cell.source, store_history=True, stop_on_error=False, user_expressions=question)
        timeout = self._get_timeout(cell) or float("inf")
        deadline = self._deadline(timeout, f"it ran longer than {timeout} s, the limit of a cell")
        reply: dict[str, Any] | None = None
        idle = False
        while reply is None or not idle:
            ends = min(deadline.ends, self.deadline.ends if reply is None else float("inf"))
            messages = list(self._messages(min(ends, self.watched + WATCHED)))
            for replied, message in messages:
                if message["parent_header"].get("msg_id") != asked:
                    continue
                if not replied:
                    idle = self._take(message, cell.outputs) or idle
                elif reply is None:
                    reply = message["content"] if isinstance(message["content"], dict) else {}
                    deadline = self._deadline(self.iopub_timeout, NO_END)
            self._watch(deadline)
            if messages:
                continue
            self._check_lines()
            if reply is None and self.deadline.passed():
                raise self._timeout(self.deadline)
            if not deadline.passed():
                continue
            if reply is not None and not self.raise_on_iopub_timeout:
                self._doubt_if_busy(deadline)
                break
            if reply is not None or not self.interrupt_on_timeout:
                raise self._timeout(deadline)
            reply, deadline = self._interrupt(deadline)
        add_error(cell.outputs, reply)
        if is_leaving(reply):
            self._stop(ENDED)

    def _messages(self, until: float) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Wait for messages, not beyond `until`; yield each with whether it is a reply."""
        replies, outputs = (line.socket for line in self.lines)
        events = dict(self.poller.poll(max(0, int(1000 * (until - monotonic())))))
        for socket in (replies, outputs):
            if socket in events:
                _, message = self.kc.session.recv(socket)
                if message is not None:
                    yield socket is replies, message

    def _take(self, message: dict[str, Any], outputs: list[NotebookNode]) -> bool:
        """Take what is wanted out of a message, and return whether the kernel is idle by it.

        Displays are not updated later, and widgets have no models. What clears a cell's output leaves its records.
        """
        kind, content, size = str(message.get("msg_type")), message.get("content"), int(message["size"])
        if isinstance(content, bytes):  # too large to be unpacked
            self._keep(outputs, make_output("stream", name="stdout", text=""), size)
        if not isinstance(content, dict):
            return False
        if kind == "status":
            return content.get("execution_state") == "idle"
        if kind == "clear_output":
            outputs[:] = [output for output in outputs if MIME in output.get("data", {})]
            self.kept = 0
        output = tidy(kind, content)
        if output is None:
            return False
        if MIME in output.get("data", {}):
            outputs.append(output)
        else:
            self._keep(outputs, output, max(size, SMALLEST_MESSAGE))
        return False

    def _keep(self, outputs: list[NotebookNode], output: NotebookNode, size: int) -> None:
        """Keep an output of `size` bytes, or what of it the cell may still show."""
        left = self.cell_output_kb * 1000 - self.kept
        self.kept += size
        if size <= left:
            append(outputs, output)
        elif left > 0:
            shown = output.text[:left] if output.output_type == "stream" else ""
            note = f"{shown}\n[output beyond {self.cell_output_kb} kB is left out]\n"
            append(outputs, make_output("stream", name="stdout", text=note))
            self._note(f"its output beyond {self.cell_output_kb} kB is left out")

    def _note(self, limit: str) -> None:
        """Note that the cell ran into a limit, once for each."""
        note = f"cell {self.cell_name}: {limit}"
        if note not in self.limits[-2:]:
            self.limits.append(note)

    def _watch(self, deadline: Deadline) -> None:
        """Look from time to time at what the kernel uses; TooMuchError if it oversteps a bound."""
        if monotonic() < self.watched + WATCHED:
            return
        self.watched = monotonic()
        for one in (deadline, self.deadline):
            one.look()
        provisioner = self.km.provisioner
        if isinstance(provisioner, SandboxProvisioner) and (bound := provisioner.overstepped()):
            raise TooMuchError(bound)

    def _check_lines(self) -> None:
        """Raise an error if no more messages will come, and all that came have been taken."""
        for line in self.lines:
            line.look()
        ended = [line.ended for line in self.lines if line.ended is not None]
        alive = run_sync(self.kc.is_alive)()
        if not alive:
            self.died = self.died or monotonic()
        if self.poller.poll(0) or (alive and not ended):
            return
        if any(line.refused for line in self.lines):
            raise TooMuchError(TOO_MUCH.format(self.output_mb))
        if self.died and (len(ended) == len(self.lines) or monotonic() > self.died + LAST_BREATH):
            raise DeadKernelError("")
        if alive and monotonic() > min(ended) + FAREWELL:
            raise DeadKernelError(HUNG_UP)

    def _interrupt(self, deadline: Deadline) -> tuple[dict[str, Any], Deadline]:
        """Interrupt a cell; return what stands for its reply, and the time it has to end."""
        self._note(deadline.why)
        self._doubt_if_busy(deadline)
        run_sync(self.km.interrupt_kernel)()
        reply = {"status": "error", "ename": TIMEOUT, "evalue": deadline.why, "traceback": [deadline.why]}
        return reply, self._deadline(self.iopub_timeout, f"{deadline.why}, and could not be interrupted")

    def _timeout(self, deadline: Deadline) -> Exception:
        self._doubt_if_busy(deadline)
        return DeadKernelError(NO_END) if deadline.why == NO_END else CellTimeoutError(deadline.why)

    def _doubt_if_busy(self, deadline: Deadline) -> None:
        if deadline.starved or deadline.why == NO_END:
            self.doubt = Doubt(f"{deadline.why}, perhaps because the machine is busy")

    def _deadline(self, seconds: float, why: str) -> Deadline:
        return Deadline(getattr(self.km.provisioner, "pid", None), seconds, why)

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why

    def _cause_of_death(self) -> str:
        provisioner = self.km.provisioner
        code = provisioner.process.poll() if provisioner.process else None
        if isinstance(provisioner, SandboxProvisioner):
            cause = provisioner.cause_of_death(code)
        else:
            cause = KILLED if code == -9 else f"the kernel died (exit code {code})"  # Windows knows no SIGKILL
        used = monotonic() - self.deadline.began
        # Somebody else may have killed it, or the system for want of memory. Both runs together have one time limit:
        # beyond its half, a second one could not get as far as the first.
        if cause == KILLED and used < self.deadline.seconds / 2:
            self.doubt = Doubt(cause, self.deadline.seconds - used)
        return cause

    # What nbclient calls, bounded.

    def create_kernel_manager(self) -> Any:
        """Return a manager of the kernel that the source notebook names, in the sandbox unless it is off."""
        name = self.nb.metadata.get("kernelspec", {}).get("name", NATIVE)
        kept = max(MOST_LETTERS, self.cell_output_kb * 1000)
        self.km = make_manager(self.config, self.output_mb * 1_000_000, kept)
        spec = self.km._kernel_spec = self._kernel_spec(name)
        if "ipykernel_launcher" in spec.argv and not any("log_level" in word for word in self.extra_arguments):
            spec.argv = [*spec.argv, QUIET]
        if self.isolation:
            spec.interrupt_mode = "message"  # a signal would end the sandbox
            self.km.provisioner = SandboxProvisioner(kernel_id=name, kernel_spec=spec, parent=self.km)
            self.km.provisioner.preparation = self.preparation
        return self.km

    def _kernel_spec(self, name: str) -> KernelSpec:
        specs = KernelSpecManager(config=self.config)
        try:
            return copy.deepcopy(specs.get_kernel_spec(name))
        except NoSuchKernel:
            # A course may name the kernel of the machine it was written on.
            return copy.deepcopy(specs.get_kernel_spec(NATIVE))

    async def async_start_new_kernel_client(self) -> Any:
        """Start talking to the kernel, and notice when it breaks off, as it does at a too large message."""
        provisioner, watch = self.km.provisioner, asyncio.ensure_future(self._watch_start())
        try:
            client = await super().async_start_new_kernel_client()
        except RuntimeError as problem:
            said = self.stopped or getattr(provisioner, "said", "")
            raise KernelLostError(f"A kernel did not start: {problem}: {said}.") from problem
        finally:
            watch.cancel()
        self.poller = zmq.Poller()
        for name in ("shell", "iopub"):
            line = Line(self.km.bounded, getattr(client, f"{name}_channel").socket, name)
            self.lines.append(line)
            for socket in (line.socket, line.events):
                self.poller.register(socket, zmq.POLLIN)
        return client

    async def _watch_start(self) -> None:
        """Kill a kernel that oversteps a bound before it answers: files beside the notebook can make it run them."""
        provisioner = self.km.provisioner
        while isinstance(provisioner, SandboxProvisioner):
            await asyncio.sleep(WATCHED)
            if bound := provisioner.overstepped():
                self._stop(bound)
                await provisioner.kill()
                return

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _async_cleanup_kernel(self) -> None:
        contexts = self.km.bounded, self.km.context
        for line in self.lines:
            line.close()
        await super()._async_cleanup_kernel()
        for context in contexts:
            context.destroy(linger=0)

    _cleanup_kernel = run_sync(_async_cleanup_kernel)


@contextlib.contextmanager
def withheld(nb: NotebookNode, names: Names = ()) -> Iterator[None]:
    """Take out of the test cells what answers are judged by, and protect `names` in them, for a while."""
    sources = [cell.source for cell in nb.cells]
    taken = shadowed(nb, names)
    for cell in nb.cells:
        if cell.cell_type == "code" and utils.is_locked(cell):
            cell.source = unshadowed(without_rules(cell.source), taken)
    try:
        yield
    finally:
        for cell, source in zip(nb.cells, sources, strict=True):
            cell.source = source


def is_leaving(reply: Mapping[str, Any]) -> bool:
    """Return whether a reply says that its kernel is going to end: it has been told to, by exit(), say."""
    payload, answers = reply.get("payload"), reply.get("user_expressions")
    calls = [item for item in payload if isinstance(item, dict)] if isinstance(payload, list) else []
    answer = answers.get("leaving") if isinstance(answers, dict) else None
    shown = answer.get("data") if isinstance(answer, dict) else None
    return any(item.get("source") == "ask_exit" and not item.get("keepkernel") for item in calls) or (
        isinstance(shown, dict) and shown.get("text/plain") == "True"
    )


def add_error(outputs: list[NotebookNode], reply: Mapping[str, Any]) -> None:
    """Add the error of a reply that no output shows; that of a time limit before the interrupt it led to."""
    errors = [place for place, output in enumerate(outputs) if output.output_type == "error"]
    if reply.get("status") == "error" and (not errors or reply.get("ename") == TIMEOUT):
        said = error(reply.get("ename"), reply.get("evalue"), reply.get("traceback"))
        outputs.insert(errors[0] if errors else len(outputs), said)


def append(outputs: list[NotebookNode], output: NotebookNode) -> None:
    """Add an output, joining text to the text before it on the same stream."""
    last = outputs[-1] if outputs else None
    if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
        last.text += output.text
    else:
        outputs.append(output)
