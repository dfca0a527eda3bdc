"""Runs the cells of one notebook in a running kernel, within time limits and bounds.

A bound that the kernel exceeds costs the cell, or the rest of the notebook. Outputs that came before are kept, with the
points that they earn. The cell then ends with an error output that names the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode

from autograder.execution.cell_outputs import TIMEOUT, CellOutputs
from autograder.execution.client import TOO_MUCH_OUTPUT, BoundedManager, Connection, TooMuchError
from autograder.execution.deadline import Deadline
from autograder.execution.kernel import KILLED, LOOK_SECONDS, cause_of_death
from autograder.sandbox.provisioner import ENDED_ITSELF, SandboxProvisioner

NO_END = "its output did not end"
HUNG_UP = "it closed its connection to the grader"
LATE_MESSAGES_SECONDS = 2  # a dead kernel's last messages arrive within this time
HUNG_UP_SECONDS = 10  # a kernel that closed its connection has this time to end
# IPython's announcement that it ends soon. Without it, it would depend on chance whether the next cells run.
LEAVING = "get_ipython().exit_now"


@dataclass(frozen=True)
class Doubt:
    """Why a busy machine may have spoiled a run, so that it has to be repeated before it counts."""

    why: str
    seconds: float | None = None  # that the second run may take, None for as long as the first
    cold: bool = False  # whether the second run starts cold, because the process that forks kernels may have failed


@dataclass(frozen=True)
class RunLimits:
    """The limits of a notebook's run."""

    notebook_seconds: int  # for all cells together
    cell_seconds: Callable[[NotebookNode], float]  # infinite if a cell has no limit
    end_seconds: float  # for the last outputs of a cell, after its reply or an interrupt
    interrupts: bool  # whether a cell at its limit is interrupted; otherwise the notebook ends
    needs_end: bool  # whether the notebook ends if a cell's output does not end
    output_mb: int  # that the kernel may send
    cell_output_kb: int  # of a cell's outputs that are kept


@dataclass
class CellRequest:
    """A cell that the kernel was asked to run, and what has come back."""

    message_id: str
    outputs: CellOutputs
    deadline: Deadline
    reply: dict[str, Any] | None = None
    ended: bool = False  # whether its outputs have ended


class Run:
    """One run of one notebook in one kernel, from the first cell to the last."""

    def __init__(
        self, limits: RunLimits, manager: BoundedManager, connection: Connection, seconds: float | None = None
    ) -> None:
        """Begin.

        Args:
            limits: the limits of the run.
            manager: the manager of a running kernel.
            connection: the connection to that kernel.
            seconds: time for all cells, if it differs from the limit of a notebook.
        """
        self.limits, self.manager, self.connection = limits, manager, connection
        self.stopped: str | None = None  # why no further cell runs
        self.notes: list[str] = []  # which cell reached which limit
        self.doubt: Doubt | None = None
        self.died: float | None = None  # when the kernel was first found dead
        self.looked = monotonic()  # when its processes were last looked at
        why = f"it ran longer than {limits.notebook_seconds} s, the limit of a notebook"
        self.deadline = self._deadline(limits.notebook_seconds if seconds is None else seconds, why)

    def run_cell(self, cell: NotebookNode, number: int) -> None:
        """Run a cell, and store its outputs in it, whatever the kernel does."""
        cell.execution_count = None
        outputs = CellOutputs(cell, number, self.limits.cell_output_kb, self.notes)
        if self.stopped:
            outputs.add_error("NotRun", f"an earlier cell ended the notebook: {self.stopped}")
            return
        try:
            if cell.source.strip():
                self._converse(self._ask(cell, outputs))
        except DeadKernelError as problem:
            outputs.drop_records()  # it depends on chance how many of the cell's records arrived, so none count
            self._stop(str(problem) or self._cause_of_death())
        except (CellTimeoutError, TooMuchError) as problem:
            self._stop(str(problem))
        except Exception as problem:  # a kernel can send anything
            self._stop(f"its kernel sent what is no message of Jupyter's ({type(problem).__name__})")
        cell.execution_count = number
        if self.stopped:
            outputs.add_error("Stopped", self.stopped)
        cell.metadata.pop("execution", None)

    def _ask(self, cell: NotebookNode, outputs: CellOutputs) -> CellRequest:
        spec = self.manager.kernel_spec
        questions = {"leaving": LEAVING} if spec is not None and spec.language == "python" else {}
        message_id = self.connection.client.execute(
            cell.source, store_history=True, stop_on_error=False, user_expressions=questions
        )
        seconds = self.limits.cell_seconds(cell)
        return CellRequest(
            message_id, outputs, self._deadline(seconds, f"it ran longer than {seconds} s, the limit of a cell")
        )

    def _converse(self, request: CellRequest) -> None:
        """Take what the kernel sends until a cell's reply has come and its outputs have ended."""
        while request.reply is None or not request.ended:
            received = self._receive(request)
            self._look_at_processes(request.deadline)
            if not received:
                self._check_connection()
                self._check_time(request)
        request.outputs.add_error_of(request.reply)
        if is_leaving(request.reply):
            self._stop(ENDED_ITSELF.format(0))

    def _receive(self, request: CellRequest) -> bool:
        """Take the next messages, and return whether there were any."""
        ends = min(request.deadline.ends, self.deadline.ends if request.reply is None else float("inf"))
        messages = list(self.connection.messages(min(ends, self.looked + LOOK_SECONDS)))
        for is_reply, message in messages:
            if message["parent_header"].get("msg_id") != request.message_id:
                continue
            if not is_reply:
                request.ended = request.outputs.take(message) or request.ended
            elif request.reply is None:
                request.reply = message["content"] if isinstance(message["content"], dict) else {}
                request.deadline = self._deadline(self.limits.end_seconds, NO_END)
        return bool(messages)

    def _look_at_processes(self, deadline: Deadline) -> None:
        """Look from time to time at what the kernel uses. Raises TooMuchError if it exceeds a bound."""
        if monotonic() < self.looked + LOOK_SECONDS:
            return
        self.looked = monotonic()
        for one in (deadline, self.deadline):
            one.look()
        provisioner = self.manager.provisioner
        if isinstance(provisioner, SandboxProvisioner) and (bound := provisioner.exceeded_bound()):
            raise TooMuchError(bound)

    def _check_connection(self) -> None:
        """Raise an error if no more messages can come, and all that came have been read."""
        ended = self.connection.ends()
        alive = run_sync(self.connection.client.is_alive)()
        if not alive:
            self.died = self.died or monotonic()
        if self.connection.waiting or (alive and not ended):
            return
        if self.connection.refused:
            raise TooMuchError(TOO_MUCH_OUTPUT.format(self.limits.output_mb))
        all_ended = len(ended) == len(self.connection.sockets)
        if self.died and (all_ended or monotonic() > self.died + LATE_MESSAGES_SECONDS):
            raise DeadKernelError("")
        if alive and monotonic() > min(ended) + HUNG_UP_SECONDS:
            raise DeadKernelError(HUNG_UP)

    def _check_time(self, request: CellRequest) -> None:
        """Interrupt a cell at its time limit. Raises an error if the notebook cannot go on."""
        if request.reply is None and self.deadline.passed():
            raise self._timeout(self.deadline)
        if not request.deadline.passed():
            return
        if request.reply is not None and not self.limits.needs_end:
            self._doubt_if_busy(request.deadline)
            request.ended = True
        elif request.reply is not None or not self.limits.interrupts:
            raise self._timeout(request.deadline)
        else:
            self._interrupt(request)

    def _interrupt(self, request: CellRequest) -> None:
        """Interrupt a cell: an error takes the place of its reply, and it gets a little time to end."""
        why = request.deadline.why
        request.outputs.note(why)
        self._doubt_if_busy(request.deadline)
        run_sync(self.manager.interrupt_kernel)()
        request.reply = {"status": "error", "ename": TIMEOUT, "evalue": why, "traceback": [why]}
        request.deadline = self._deadline(self.limits.end_seconds, f"{why}, and could not be interrupted")

    def _timeout(self, deadline: Deadline) -> Exception:
        self._doubt_if_busy(deadline)
        return DeadKernelError(NO_END) if deadline.why == NO_END else CellTimeoutError(deadline.why)

    def _doubt_if_busy(self, deadline: Deadline) -> None:
        if deadline.starved or deadline.why == NO_END:
            self.doubt = Doubt(f"{deadline.why}, perhaps because the machine is busy")

    def _deadline(self, seconds: float, why: str) -> Deadline:
        return Deadline(getattr(self.manager.provisioner, "pid", None), seconds, why)

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why

    def _cause_of_death(self) -> str:
        cause = cause_of_death(self.manager.provisioner)
        used = monotonic() - self.deadline.began
        # Somebody else may have killed it, or Linux for want of memory. Both runs together have one time limit. After
        # half of it, a second run could not get as far as the first.
        if cause == KILLED and used < self.deadline.seconds / 2:
            self.doubt = Doubt(cause, self.deadline.seconds - used)
        return cause


def is_leaving(reply: Mapping[str, Any]) -> bool:
    """Return whether a reply announces that its kernel is going to end, for example because of exit()."""
    payload, answers = reply.get("payload"), reply.get("user_expressions")
    calls = [item for item in payload if isinstance(item, dict)] if isinstance(payload, list) else []
    answer = answers.get("leaving") if isinstance(answers, dict) else None
    shown = answer.get("data") if isinstance(answer, dict) else None
    return any(item.get("source") == "ask_exit" and not item.get("keepkernel") for item in calls) or (
        isinstance(shown, dict) and shown.get("text/plain") == "True"
    )
