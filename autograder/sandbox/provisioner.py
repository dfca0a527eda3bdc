"""A Jupyter kernel provisioner that starts kernels in the sandbox, and watches what no limit inside can bound.

A kernel without a network is talked to through sockets in /kernel, a file system in memory that exists only inside; the
grader reaches it through /proc/PID/root, see proc(5). The notebook's own folder exists only inside, too.
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
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Int, List, Unicode

from autograder.files import plain_files, remove_tree, run_folder, write_files
from autograder.sandbox.bubblewrap import CACHE, ENV, MEGABYTE, PLACES, Limits, Sandbox, require
from autograder.sandbox.seat import Seat
from autograder.sandbox.watch import Family, Namespace
from autograder.sandbox.zygotes import ForkedProcess, NotWarmError, fork

MUCH_CPU = "it used more than {} CPU seconds"
DIED = "the kernel died ({})"
LAST_BREATH = 5  # seconds that a killed kernel has to be gone
SHARE = 32  # how many processes may each open as many files as one may
START = 20  # seconds for bubblewrap to make a sandbox
WORDS = 65536  # bytes that a kernel may write to stderr, past its messages
LONGEST_WORDS = 300  # bytes of the last line of it that are shown
# Options of a kernel that can import this package, since its notebook does.
LIGHTER = (
    "--IPKernelApp.outstream_class=autograder.sandbox.lean_ipykernel.Stream",
    "--IPKernelApp.kernel_class=autograder.sandbox.lean_ipykernel.Kernel",
)
SPARE_CPU = 3  # seconds: how near to its limit a killed process must have been to have been killed for it


@dataclass(frozen=True)
class Preparation:
    """What the reference solution leaves behind for kernels that run submissions."""

    modules: tuple[str, ...] = ()  # names of the modules it had loaded, in the order of their import
    cache: Path | None = None  # a folder of programs compiled for it, None where there are none
    names: tuple[tuple[str, str], ...] = ()  # what test cells mean by a name: name, expression


COLD = Preparation()


class KernelLostError(RuntimeError):
    """A kernel ended, or did not start, for a reason that lies outside its notebook."""


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in a sandbox of its own, and takes everything down with it."""

    memory_mb = Int(
        4000, help="Megabytes of address space per process, and of memory in use by all processes and files together."
    ).tag(config=True)
    processes = Int(128, help="Processes and threads together.").tag(config=True)
    cores = Int(
        1, help="Cores that a kernel may use: no other kernel uses them while there are enough for all. 0: every core."
    ).tag(config=True)
    cpu_seconds = Int(1800, help="CPU seconds of all processes together.").tag(config=True)
    file_mb = Int(64, help="Megabytes per file.").tag(config=True)
    folder_mb = Int(256, help=f"Megabytes of files in each writable folder: {', '.join(PLACES)}.").tag(config=True)
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
        key_trait=Unicode(), value_trait=Unicode(), help="Environment variables of the kernel, beside a few."
    ).tag(config=True)

    cache_reader = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Environment variables with which a kernel reads the cache of the reference solution, in {cache}.",
    ).tag(config=True)

    process: Any  # a subprocess.Popen or a ForkedProcess
    preparation = COLD  # what the reference solution left behind for this kernel
    seat: Seat | None = None  # the kernel's user id and cores, while it runs
    folder: Path | None = None  # the kernel's folder on this machine: how to reach it, and the assignment's files
    first = 0  # the process id of the first process in the sandbox
    words: int | None = None  # descriptor of what the kernel writes to stderr
    said = ""  # the last line of what the ended kernel wrote to stderr past its messages
    seen_cpu = 0.0  # CPU seconds when last looked at

    @property
    def limits(self) -> Limits:
        """The limits that hold inside, in the units of the system."""
        return Limits(
            memory=self.memory_mb * MEGABYTE,
            processes=self.processes,
            cpu=self.cpu_seconds,
            file=self.file_mb * MEGABYTE,
            folder=self.folder_mb * MEGABYTE,
            open_files=self.open_files,
        )

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the kernel's folder, and have it talk through sockets there."""
        require()
        self.seat = Seat(self.cores)
        self.folder = Path(
            tempfile.mkdtemp(dir=run_folder(os.getpid()))
        )  # the name of a socket has 107 letters at most
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
        """Start the kernel in its sandbox: forked from a process with its modules where there is one, else cold."""
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
        self.words = _bounded_file(WORDS)
        self.process = self._forked(sandbox, cmd, self.words)
        if self.process is not None:
            self.first, self.pid, self.cwd = self.process.pid, self.process.pid, Path("/work")
        else:
            sandbox = replace(sandbox, files=self.folder / "files", connection=self.folder / "connection")
            with sandbox.command(cmd) as (command, descriptors):
                kwargs |= {"env": dict(ENV), "cwd": "/", "pass_fds": descriptors}
                await super().launch_kernel(command, stdout=subprocess.DEVNULL, stderr=self.words, **kwargs)
                self.first = await self._first_inside()
                self._bound(self.first)
        (self.folder / "channel").symlink_to(f"/proc/{self.first}/root/kernel")
        return self.connection_info

    async def _first_inside(self) -> int:
        """Return the first process in the sandbox, the only child of bubblewrap; 0 if it could not start one."""
        ends = monotonic() + START
        while self.process.poll() is None and monotonic() < ends:
            if family := Family(self.process.pid).processes:
                return int(family[0].pid)
            await asyncio.sleep(0.002)
        return 0

    def _bound(self, pid: int) -> None:
        """Have the limits hold for bubblewrap's own process inside, which an ordinary user's student can write into."""
        import resource  # only where there is a sandbox

        for name, bound in self.limits.bounds().items() if pid else ():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, getattr(resource, f"RLIMIT_{name.upper()}"), (bound, bound))

    def _forked(self, sandbox: Sandbox, cmd: list[str], stderr: int) -> ForkedProcess | None:
        """Return a kernel forked from a process that has imported its modules, None where it has to start cold."""
        assert self.folder is not None
        beside = {path.name.partition(".")[0] for path in (self.folder / "files").iterdir()}
        modules = self.preparation.modules
        # A file beside the notebook comes first in a cold kernel: one that is called like a module has to be imported.
        if not modules or beside & {name.partition(".")[0] for name in modules}:
            return None
        if "autograder" in modules and "ipykernel_launcher" in cmd:
            cmd, modules = [*cmd, *LIGHTER], (*modules, "autograder.sandbox.lean_ipykernel")
        try:
            return fork(sandbox, cmd, modules, self.folder, stderr)
        except NotWarmError as error:
            self.log.warning("Kernels start cold: %s", error)
            return None

    async def kill(self, restart: bool = False) -> None:
        """Kill everything in the sandbox, and wait until it is gone: the next kernel's limits count it, too."""
        ends = monotonic() + LAST_BREATH
        with contextlib.ExitStack() as stack:
            inside = _child(stack, self.first) if isinstance(self.process, subprocess.Popen) else []
            await super().kill(restart)
            while self.process is not None and monotonic() < ends:
                if self.process.poll() is not None and len(select.select(inside, [], [], 0)[0]) == len(inside):
                    break
                await asyncio.sleep(0.002)

    def overstepped(self) -> str:
        """Look at the running kernel from outside; return which bound it oversteps, "" where none."""
        if self.process is None or self.folder is None:
            return ""
        return next(self._overstepped(), "")

    def _overstepped(self) -> Iterator[str]:
        family, inside = Family(self.process.pid), Namespace(self.first)
        self.seen_cpu = max(self.seen_cpu, family.cpu_seconds())
        if self.seen_cpu > self.cpu_seconds:
            yield MUCH_CPU.format(self.cpu_seconds)
        if family.open_files(most := SHARE * self.open_files) > most:
            yield f"its processes opened more than {most} files"
        if inside.sockets() > self.sockets:
            yield f"it opened more than {self.sockets} sockets"
        if inside.terminals() > self.terminals:
            yield f"it opened more than {self.terminals} terminals"
        files, sizes = zip(*map(inside.files, PLACES), strict=True)
        if max(files) > self.folder_files:
            yield f"it made more than {self.folder_files} files in a folder"
        mappings, shared = family.mappings(self.mappings)
        if mappings > self.mappings:
            yield f"its processes made more than {self.mappings} memory mappings"
        if family.exceeds(self.memory_mb * MEGABYTE - shared - sum(sizes)):
            yield f"its processes used more than {self.memory_mb} MB of memory"

    def cause_of_death(self, code: int | None) -> str:
        """Say why a kernel died, from its exit code and what was last seen of it.

        Raises KernelLostError where it was not by what it ran.
        """
        if isinstance(self.process, ForkedProcess) and self.process.lost:
            raise KernelLostError("The process that kernels are forked from was killed.")
        if self.seen_cpu > self.cpu_seconds - SPARE_CPU:
            return MUCH_CPU.format(self.cpu_seconds)
        number = -code if code is not None and code < 0 else (code or 0) - 128
        if number in set(signal.Signals):
            return DIED.format(signal.Signals(number).name)
        return f"the kernel ended itself (exit code {code})"

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder, and give its user id back."""
        await super().cleanup(restart)
        if self.seat is not None and not restart:
            self.seat.close()
        if self.words is not None and not restart:
            self.said = _last_line(os.pread(self.words, WORDS, 0))
            os.close(self.words)
            self.words = None
        if self.folder is not None and not restart:
            remove_tree(self.folder)
            self.folder = None


def _last_line(text: bytes) -> str:
    lines = text.rstrip(b"\0")[-LONGEST_WORDS:].decode(errors="replace").strip().splitlines()
    return (lines or ["it said nothing"])[-1]


def _bounded_file(size: int) -> int:
    """Return a descriptor of a file in memory that nobody can make larger, see memfd_create(2)."""
    import fcntl  # only where there is a sandbox

    descriptor = os.memfd_create("stderr", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return descriptor


def _child(stack: contextlib.ExitStack, pid: int) -> list[int]:
    """Return a descriptor of the process that bubblewrap started, which can be read when it has ended.

    It is the first process of its sandbox, which ends when all others there have; see pidfd_open(2).
    """
    with contextlib.suppress(OSError):
        descriptor = os.pidfd_open(pid)
        stack.callback(os.close, descriptor)
        return [descriptor]
    return []
