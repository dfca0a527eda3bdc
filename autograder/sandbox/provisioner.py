"""Starts Jupyter kernels in the sandbox, and watches what no limit inside can bound.

A kernel has no network. Its sockets lie in /kernel, a file system in memory that exists only inside the sandbox. The
grader reaches them through /proc/PID/root, see proc(5). The notebook's folder exists only inside, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Int, List, Unicode

from autograder.files import plain_files, remove_tree, run_folder, write_files
from autograder.sandbox.bubblewrap import BUBBLEWRAP_ENVIRONMENT, CACHE, Sandbox
from autograder.sandbox.check import require_sandbox
from autograder.sandbox.limits import MEGABYTE, WRITABLE, Limits
from autograder.sandbox.preparation import COLD
from autograder.sandbox.seat import Seat
from autograder.sandbox.stderr import STDERR_BYTES, bounded_file, last_line
from autograder.sandbox.watch import Family, Namespace
from autograder.sandbox.zygotes import ForkedProcess, NotWarmError, fork_kernel

MUCH_CPU = "it used more than {} CPU seconds"
DIED = "the kernel died ({})"
ENDED_ITSELF = "the kernel ended itself (exit code {})"
KILL_SECONDS = 5  # that a killed kernel has to be gone
START_SECONDS = 20  # that bubblewrap has to make a sandbox
OPEN_FILES_SHARE = 32  # all processes together may open as many files as this number of processes
SPARE_CPU = 3  # a process killed within this many seconds of its CPU limit is reported as having exceeded it
# Options that make a kernel faster. It needs this package, so its notebook has to import it.
LEAN_OPTIONS = (
    "--IPKernelApp.outstream_class=autograder.sandbox.lean_ipykernel.Stream",
    "--IPKernelApp.kernel_class=autograder.sandbox.lean_ipykernel.Kernel",
)


class KernelLostError(RuntimeError):
    """Something other than its notebook ended a kernel, or kept it from starting."""


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in its own sandbox, and ends everything in the sandbox with it."""

    memory_mb = Int(
        4000, help="Megabytes of address space per process, and of memory in use by all processes and files together."
    ).tag(config=True)
    processes = Int(128, help="Processes and threads together.").tag(config=True)
    cores = Int(
        1, help="Cores that a kernel may use: no other kernel uses them while there are enough for all. 0: every core."
    ).tag(config=True)
    cpu_seconds = Int(1800, help="CPU seconds of all processes together.").tag(config=True)
    file_mb = Int(64, help="Megabytes per file.").tag(config=True)
    folder_mb = Int(256, help=f"Megabytes of files in each writable folder: {', '.join(WRITABLE)}.").tag(config=True)
    folder_files = Int(20_000, help="Files and folders in each writable folder.").tag(config=True)
    open_files = Int(512, help="Open files per process; all processes together may open 32 times as many.").tag(
        config=True
    )
    sockets = Int(1000, help="Sockets of all processes together; each can hold what nobody has read yet.").tag(
        config=True
    )
    mappings = Int(200_000, help="Memory mappings of all processes together, each of which is looked at.").tag(
        config=True
    )
    terminals = Int(50, help="Pseudoterminals of all processes together; a machine has few thousand.").tag(config=True)
    packages = List(
        Unicode(), ["autograder"], help="Packages outside the environment that notebooks import, by name."
    ).tag(config=True)
    readable = List(Unicode(), help="Further files and folders that notebooks may read, by absolute path.").tag(
        config=True
    )
    environment = Dict(
        key_trait=Unicode(), value_trait=Unicode(), help="Environment variables of the kernel, besides a few."
    ).tag(config=True)
    cache_reader = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Environment variables with which a kernel reads the cache of the reference solution, in {cache}.",
    ).tag(config=True)

    process: Any  # a subprocess.Popen or a ForkedProcess

    def __init__(self, **kwargs: Any) -> None:
        """Prepare to start one kernel."""
        super().__init__(**kwargs)
        self.preparation = COLD  # what the reference solution left behind for this kernel
        self.seat: Seat | None = None  # the kernel's user id and cores, while it runs
        self.folder: Path | None = None  # the kernel's folder on this machine: its connection, and the course's files
        self.first = 0  # the process id of the first process in the sandbox
        self.stderr: int | None = None  # descriptor of the file that takes the kernel's stderr
        self.last_words: str | None = None  # the last line of the stderr of a kernel that has ended
        self.seen_cpu = 0.0  # CPU seconds at the last look

    @property
    def limits(self) -> Limits:
        """The limits inside, in the units of the system."""
        return Limits(
            memory=self.memory_mb * MEGABYTE,
            processes=self.processes,
            cpu=self.cpu_seconds,
            file=self.file_mb * MEGABYTE,
            folder=self.folder_mb * MEGABYTE,
            open_files=self.open_files,
        )

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the kernel's folder, and place its sockets there."""
        require_sandbox()
        self.seat = Seat(self.cores)
        # The name of a socket has 107 letters at most, so the folder's name is short.
        self.folder = Path(tempfile.mkdtemp(dir=run_folder(os.getpid())))
        outside, inside = self.folder / "client.json", self.folder / "connection" / "kernel.json"
        inside.parent.mkdir()
        most = min(self.file_mb, self.folder_mb // 2) * MEGABYTE
        write_files(plain_files(Path(kwargs.pop("cwd", None) or inside.parent), most=most), self.folder / "files")
        manager: Any = self.parent
        manager.transport, manager.ip = "ipc", str(self.folder / "channel" / "k")
        manager.connection_file = str(outside)
        kwargs = await super().pre_launch(**kwargs)
        inside.write_text(json.dumps(json.loads(outside.read_text()) | {"ip": "/kernel/k"}), encoding="utf-8")
        kwargs["cmd"] = [word.replace(str(outside), "/connection/kernel.json") for word in kwargs["cmd"]]
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel in its sandbox: forked from a process with its modules if there is one, otherwise cold."""
        assert self.folder is not None and self.seat is not None
        environment = {name: value for name, value in kwargs["env"].items() if name == "NBGRADER_EXECUTION"}
        if self.preparation.cache is not None:
            environment |= {name: value.format(cache=CACHE) for name, value in self.cache_reader.items()}
        sandbox = Sandbox(
            limits=self.limits,
            uid=self.seat.uid,
            cores=self.seat.cores if self.cores else (),
            readable=[Path(path) for path in self.readable],
            packages=self.packages,
            environment=environment | self.environment,
            cache=self.preparation.cache,
        )
        self.stderr = bounded_file()
        self.process = self._forked(sandbox, cmd, self.stderr)
        if self.process is not None:
            self.first, self.pid, self.cwd = self.process.pid, self.process.pid, Path("/work")
        else:
            sandbox = replace(sandbox, files=self.folder / "files", connection=self.folder / "connection")
            with sandbox.command(cmd) as (command, descriptors):
                kwargs |= {"env": dict(BUBBLEWRAP_ENVIRONMENT), "cwd": "/", "pass_fds": descriptors}
                await super().launch_kernel(command, stdout=subprocess.DEVNULL, stderr=self.stderr, **kwargs)
                self.first = await self._first_inside()
                self._set_limits(self.first)
        (self.folder / "channel").symlink_to(f"/proc/{self.first}/root/kernel")
        return self.connection_info

    async def _first_inside(self) -> int:
        """Return the first process in the sandbox, which is bubblewrap's only child, and 0 if there is none."""
        ends = monotonic() + START_SECONDS
        while self.process.poll() is None and monotonic() < ends:
            if family := Family(self.process.pid).processes:
                return int(family[0].pid)
            await asyncio.sleep(0.002)
        return 0

    def _set_limits(self, pid: int) -> None:
        """Limit bubblewrap's own process inside. Without root, student code can write into its memory."""
        import resource  # exists only where there is a sandbox

        for name, bound in self.limits.by_name().items() if pid else ():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, getattr(resource, f"RLIMIT_{name.upper()}"), (bound, bound))

    def _forked(self, sandbox: Sandbox, cmd: list[str], stderr: int) -> ForkedProcess | None:
        """Return a kernel forked from a process that has imported its modules, None if it has to start cold."""
        assert self.folder is not None
        own_modules = {path.name.partition(".")[0] for path in (self.folder / "files").iterdir()}
        modules = self.preparation.modules
        # In a cold kernel, a file next to the notebook wins over an installed module of the same name.
        if not modules or own_modules & {name.partition(".")[0] for name in modules}:
            return None
        if "autograder" in modules and "ipykernel_launcher" in cmd:
            cmd, modules = [*cmd, *LEAN_OPTIONS], (*modules, "autograder.sandbox.lean_ipykernel")
        try:
            return fork_kernel(sandbox, cmd, modules, self.folder, stderr)
        except NotWarmError as error:
            self.log.warning("Kernels start cold: %s", error)
            return None

    async def kill(self, restart: bool = False) -> None:
        """Kill everything in the sandbox, and wait until it is gone, because the next kernel's limits count it."""
        ends = monotonic() + KILL_SECONDS
        with contextlib.ExitStack() as stack:
            inside = _end_descriptors(stack, self.first) if isinstance(self.process, subprocess.Popen) else []
            await super().kill(restart)
            while self.process is not None and monotonic() < ends:
                if self.process.poll() is not None and len(select.select(inside, [], [], 0)[0]) == len(inside):
                    break
                await asyncio.sleep(0.002)

    def exceeded_bound(self) -> str | None:
        """Look at the running kernel from outside, and return which bound it exceeds, None if it exceeds none."""
        if self.process is None or self.folder is None:
            return None
        return next(self._exceeded_bounds(), None)

    def _exceeded_bounds(self) -> Iterator[str]:
        family, inside = Family(self.process.pid), Namespace(self.first)
        self.seen_cpu = max(self.seen_cpu, family.cpu_seconds())
        if self.seen_cpu > self.cpu_seconds:
            yield MUCH_CPU.format(self.cpu_seconds)
        if family.open_files(most := OPEN_FILES_SHARE * self.open_files) > most:
            yield f"its processes opened more than {most} files"
        if inside.sockets() > self.sockets:
            yield f"it opened more than {self.sockets} sockets"
        if inside.terminals() > self.terminals:
            yield f"it opened more than {self.terminals} terminals"
        files, sizes = zip(*map(inside.files, WRITABLE), strict=True)
        if max(files) > self.folder_files:
            yield f"it made more than {self.folder_files} files in a folder"
        mappings, shared = family.mappings(self.mappings)
        if mappings > self.mappings:
            yield f"its processes made more than {self.mappings} memory mappings"
        if family.exceeds(self.memory_mb * MEGABYTE - shared - sum(sizes)):
            yield f"its processes used more than {self.memory_mb} MB of memory"

    def cause_of_death(self, code: int | None) -> str:
        """Tell why a kernel died.

        Args:
            code: its exit code, -N if signal N ended it, None if it is not known.

        Returns:
            The reason, for the student.

        Raises:
            KernelLostError: something other than the notebook killed the kernel.
        """
        if isinstance(self.process, ForkedProcess) and self.process.lost:
            raise KernelLostError("The process that kernels are forked from was killed.")
        if self.seen_cpu > self.cpu_seconds - SPARE_CPU:
            return MUCH_CPU.format(self.cpu_seconds)
        number = -code if code is not None and code < 0 else (code or 0) - 128
        if number in set(signal.Signals):
            return DIED.format(signal.Signals(number).name)
        return ENDED_ITSELF.format(code)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder, and give its user id back."""
        await super().cleanup(restart)
        if self.seat is not None and not restart:
            self.seat.close()
        if self.stderr is not None and not restart:
            self.last_words = last_line(os.pread(self.stderr, STDERR_BYTES, 0))
            os.close(self.stderr)
            self.stderr = None
        if self.folder is not None and not restart:
            remove_tree(self.folder)
            self.folder = None


def _end_descriptors(stack: contextlib.ExitStack, pid: int) -> list[int]:
    """Return a descriptor that becomes readable when the first process of a sandbox has ended, see pidfd_open(2).

    The first process ends after all others in its sandbox. The list is empty if it has ended already.
    """
    with contextlib.suppress(OSError):
        descriptor = os.pidfd_open(pid)
        stack.callback(os.close, descriptor)
        return [descriptor]
    return []
