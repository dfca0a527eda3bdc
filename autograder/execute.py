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
from dataclasses import replace
from queue import Empty
from time import monotonic
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute as Stock
from traitlets import Bool, Instance, Int, Type

from autograder.outputs import error, new, tidy
from autograder.provisioner import COLD, DIED, KernelLostError, Preparation, SandboxProvisioner
from autograder.records import MIME
from autograder.withhold import without_rules

SMALLEST_MESSAGE = 500  # bytes that an empty message counts
TOO_MUCH = "it sent more than {:.0f} MB of output"
MONITOR = "inproc://broken"  # where a socket says that its kernel broke off
TIMEOUT = "CellTimeoutError"
KILLED = DIED.format("SIGKILL")
RECONNECT = 5  # milliseconds until a socket looks again for a kernel that does not listen yet; unless set, 100
# Messages that wait until they are read; unless set, 1000. What else a kernel sends waits in its own memory.
WAITING = {"shell": 1, "iopub": 20}
WATCHED = 0.5  # seconds from one look at a kernel's processes to the next
ATTEMPTS = 3  # at a notebook whose kernel is killed
NATIVE = "python3"
# What sets (or reads) environment variables, which a library reads at its import: such a notebook starts cold.
ENVIRONMENT = re.compile(r"\b(environ|environb|putenv|unsetenv)\b|^[ \t]*%(set_)?env\b", re.MULTILINE)
ISOLATED = "isolated"  # the notebook metadata under METADATA that says how it was run


class TooMuchError(ValueError):
    """A kernel sent more than it may."""


class Meter(Session):
    """A session that counts what it receives and stops at a bound."""

    most = Int(100_000_000, help="Bytes of messages.")
    received = 0

    def deserialize(self, msg_list: list[Any], content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Count a message, then unpack it."""
        size = sum(len(frame) for frame in msg_list)
        self.received += max(size, SMALLEST_MESSAGE)
        if self.received > self.most:
            raise TooMuchError(TOO_MUCH.format(self.most / 1e6))
        message: dict[str, Any] = super().deserialize(msg_list, content, copy)
        return message | {"size": size}


class Client(AsyncKernelClient):
    """Talks to a kernel from its first answer on: what it has said before belongs to no cell, and is not waited for.

    It has none of the channels that nobody reads here: a kernel could fill this process's memory through them.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = False, hb: bool = False, control: bool = False
    ) -> None:
        """Start those for code and for what comes of it."""
        super().start_channels(shell, iopub, stdin, hb, control)

    def connect_shell(self, identity: bytes | None = None) -> Any:
        """Return the socket for requests."""
        self.context.setsockopt(zmq.RCVHWM, WAITING["shell"])  # of the sockets made from now on
        return super().connect_shell(identity)

    def connect_iopub(self, identity: bytes | None = None) -> Any:
        """Return the socket for what comes of them."""
        self.context.setsockopt(zmq.RCVHWM, WAITING["iopub"])
        return super().connect_iopub(identity)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its output arrives; RuntimeError if it dies or `timeout` seconds pass."""
        ends = monotonic() + (timeout or float("inf"))
        while True:
            self.kernel_info()
            with contextlib.suppress(Empty):
                answer = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=0.2)
                if answer["msg_type"] == "kernel_info_reply":
                    return
            if not await self.is_alive():
                raise RuntimeError("it died before it answered")
            if monotonic() > ends:
                raise RuntimeError(f"it did not answer within {timeout} s")


class Manager(AsyncKernelManager):
    """Manages a kernel whose messages may not exceed a size: larger ones are not even received."""

    client_factory = Type(Client)
    bounded = Instance(zmq.asyncio.Context)

    def client(self, **kwargs: Any) -> Any:
        """Return a client whose sockets refuse too large messages."""
        return super().client(context=self.bounded, **kwargs)


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
        sources = [cell.source for cell in nb.cells]
        for cell in nb.cells:
            if cell.cell_type == "code" and utils.is_locked(cell):
                cell.source = without_rules(cell.source)
        try:
            self.run(nb, resources, preparation)
        finally:
            for cell, source in zip(nb.cells, sources, strict=True):
                cell.source = source

    def run(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        preparation: Preparation = COLD,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run every code cell of `nb` in a new kernel.

        `preparation` makes a kernel in the sandbox faster; `environment` is what one without it has beside the
        grader's own. A kernel that is killed may have been so by somebody else, or for want of memory: the notebook
        is then run again, from the start.
        """
        self.preparation = preparation if self.warm else COLD
        if any(ENVIRONMENT.search(cell.source) for cell in nb.cells if cell.cell_type == "code"):
            self.preparation = replace(self.preparation, modules=())
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._run(nb, resources, environment or {})
            except RuntimeError as problem:  # it was lost with the process that it was forked from, or never answered
                if attempt == ATTEMPTS:
                    raise
                self.log.warning("%s The notebook is run again, from a cold start.", problem)
                self.preparation = replace(self.preparation, modules=())
            else:
                if not self.killed:
                    return

    def _run(self, nb: NotebookNode, resources: dict[str, Any], environment: Mapping[str, str]) -> None:
        # Set anew for each run: nbgrader uses one preprocessor for many.
        self.nb, self.resources = nb, resources
        self.km: Any = None
        self.kc: Any = None
        self.broken: Any = None
        self.stopped = ""  # why no further cell is run
        self.killed = False  # whether the kernel was killed, and not for a bound that it overstepped
        with self.setup_kernel(env={**os.environ, **environment}):
            self.watched = monotonic()
            self.ends = self.watched + self.notebook_timeout
            for index, cell in enumerate(nb.cells):
                if cell.cell_type == "code":
                    self._run_cell(cell, index)
        nb.metadata["autograder"] = {ISOLATED: self.isolation, "stopped": self.stopped}

    def _run_cell(self, cell: NotebookNode, index: int) -> None:
        cell.outputs, cell.execution_count = [], None
        if self.stopped:
            cell.outputs = [error("NotRun", f"an earlier cell ended the notebook: {self.stopped}")]
            return
        self.kept = 0
        try:
            if cell.source.strip():
                self._converse(cell)
        except DeadKernelError:
            self._stop(self._cause_of_death())
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
        asked = self.kc.execute(cell.source, store_history=True, stop_on_error=False)
        timeout = self._get_timeout(cell)
        ends, why = monotonic() + timeout, f"it ran longer than {timeout} s, the limit of a cell"
        reply: dict[str, Any] | None = None
        idle = False
        while reply is None or not idle:
            for replied, message in self._messages(min(ends, self.watched + WATCHED)):
                if message["parent_header"].get("msg_id") != asked:
                    continue
                if not replied:
                    idle = self._take(message, cell.outputs) or idle
                elif reply is None:
                    reply = message["content"]
                    ends, why = monotonic() + self.iopub_timeout, "its output did not end"
            self._watch()
            if monotonic() < ends:
                continue
            if reply is not None and not self.raise_on_iopub_timeout:
                break
            if reply is not None or not self.interrupt_on_timeout:
                raise CellTimeoutError(why)
            self._interrupt()
            reply = {"status": "error", "ename": TIMEOUT, "evalue": why, "traceback": [why]}
            ends, why = monotonic() + self.iopub_timeout, f"{why}, and could not be interrupted"
        add_error(cell.outputs, reply)

    def _messages(self, until: float) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Wait for messages, not beyond `until`; yield each with whether it is a reply."""
        for socket, _ in self.poller.poll(max(0, int(1000 * (until - monotonic())))):
            _, message = self.kc.session.recv(socket)
            if message is not None:
                yield socket == self.replies, message

    def _take(self, message: dict[str, Any], outputs: list[NotebookNode]) -> bool:
        """Take what is wanted out of a message, and return whether the kernel is idle by it.

        Displays are not updated later, and widgets have no models.
        """
        kind, content = message.get("msg_type"), message.get("content")
        if not isinstance(content, dict):
            return False
        if kind == "status":
            return content.get("execution_state") == "idle"
        if kind == "clear_output":
            outputs[:] = []
        output = tidy(str(kind), content)
        if output is None:
            return False
        if MIME in output.get("data", {}):
            outputs.append(output)
        else:
            self._keep(outputs, output, max(int(message["size"]), SMALLEST_MESSAGE))
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
            append(outputs, new("stream", name="stdout", text=note))

    def _watch(self) -> None:
        """Look from time to time whether the kernel lives and keeps its bounds; DeadKernelError where it does not."""
        if monotonic() < self.watched + WATCHED:
            return
        self.watched = monotonic()
        provisioner, alive = self.km.provisioner, run_sync(self.kc.is_alive)()
        if isinstance(provisioner, SandboxProvisioner) and (bound := provisioner.overstepped()):
            self._stop(bound)
        if alive and self.broken.poll(0):
            self._stop(TOO_MUCH.format(self.output_mb))
        if self.stopped or not alive:
            raise DeadKernelError(self.stopped)

    def _interrupt(self) -> None:
        """Interrupt a cell; CellTimeoutError where the whole notebook has run too long."""
        if monotonic() > self.ends - 1:
            raise CellTimeoutError(f"it ran longer than {self.notebook_timeout} s, the limit of a notebook")
        run_sync(self.km.interrupt_kernel)()

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why

    def _cause_of_death(self) -> str:
        provisioner = self.km.provisioner
        code = provisioner.process.poll() if provisioner.process else None
        if isinstance(provisioner, SandboxProvisioner):
            cause = provisioner.cause_of_death(code)
            self.killed = cause == KILLED
            return cause
        self.killed = code == -9  # SIGKILL, a name that Windows does not have
        return f"the kernel died (exit code {code})"

    # What nbclient calls, bounded.

    def create_kernel_manager(self) -> Any:
        """Return a manager of the kernel that the source notebook names, in the sandbox unless it is off."""
        name = self.nb.metadata.get("kernelspec", {}).get("name", NATIVE)
        context, orders = zmq.asyncio.Context(), zmq.asyncio.Context()
        for one in (context, orders):
            one.setsockopt(zmq.MAXMSGSIZE, self.output_mb * 1_000_000)
            one.setsockopt(zmq.LINGER, 0)
            one.setsockopt(zmq.RECONNECT_IVL, RECONNECT)
        orders.setsockopt(zmq.RCVHWM, 1)  # what a kernel answers to an interrupt is never read
        session = Meter(config=self.config, most=self.output_mb * 1_000_000)
        self.km = Manager(config=self.config, bounded=context, context=orders, session=session)
        spec = self.km._kernel_spec = self._kernel_spec(name)
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
        client.iopub_channel.socket.monitor(MONITOR, zmq.EVENT_DISCONNECTED)
        # Looked at without the event loop, which takes long, and would remember a socket's number after it is closed.
        self.broken = zmq.Context.shadow(self.km.bounded.underlying).socket(zmq.PAIR)
        self.broken.connect(MONITOR)
        self.poller = zmq.Poller()
        self.replies: Any = zmq.Socket.shadow(client.shell_channel.socket.underlying)
        for socket in (self.replies, zmq.Socket.shadow(client.iopub_channel.socket.underlying)):
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
        if self.broken is not None:
            self.kc.iopub_channel.socket.monitor(None, 0)
            self.broken.close(0)
        await super()._async_cleanup_kernel()
        for context in contexts:
            context.destroy(linger=0)

    _cleanup_kernel = run_sync(_async_cleanup_kernel)

    def _get_timeout(self, cell: NotebookNode | None) -> int:
        left = max(1, int(self.ends - monotonic())) if cell is not None else self.startup_timeout
        return min(self.timeout or left, left)


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
