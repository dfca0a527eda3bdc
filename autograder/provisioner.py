"""A Jupyter kernel provisioner that starts kernels in the sandbox, and watches what no limit inside can bound.

A kernel without a network is talked to
through sockets in a folder that both sides see; the notebook's own folder exists only inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Int, List, Unicode

from autograder.files import MOST_ENTRIES, entries, plain_files, remove_tree, run_folder, write_files
from autograder.sandbox import CACHE, ENV, MEGABYTE, PLACES, Limits, Sandbox, User, require
from autograder.warm import ForkedProcess, NotWarmError, fork

DIED = "the kernel died ({})"
SHARED = "/dev/zero (deleted)"  # how memory that is shared and no file's is called in /proc/PID/maps
LAST_BREATH = 5  # seconds that a killed kernel has to be gone
LONGEST_WORDS = 300  # bytes of what a kernel said last
# Options of a kernel that can import this package, since its notebook does.
LIGHTER = (
    "--IPKernelApp.outstream_class=autograder.kernel.Stream",
    "--IPKernelApp.kernel_class=autograder.kernel.Kernel",
)
SPARE_CPU = 3  # seconds: how near to its limit a killed process must have been to have been killed for it


@dataclass(frozen=True)
class Preparation:
    """What the reference solution leaves behind for kernels that run submissions."""

    modules: tuple[str, ...] = ()  # names of the modules it had loaded, in the order of their import
    cache: Path | None = None  # a folder of programs compiled for it, None where there are none


COLD = Preparation()


class KernelLostError(RuntimeError):
    """A kernel ended, or did not start, for a reason that lies outside its notebook."""


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in a sandbox of its own, and takes everything down with it."""

    memory_mb = Int(4000, help="Megabytes: of address space a process, and of memory in use by all together.").tag(
        config=True
    )
    processes = Int(128, help="Processes and threads together.").tag(config=True)
    cpu_seconds = Int(1800, help="CPU seconds a process.").tag(config=True)
    file_mb = Int(64, help="Megabytes a file.").tag(config=True)
    folder_mb = Int(256, help="Megabytes of files in each writable folder: /work, /tmp and /dev/shm.").tag(config=True)
    folder_files = Int(20_000, help="Files and folders in each writable folder.").tag(config=True)
    open_files = Int(512, help="Open files a process.").tag(config=True)
    sockets = Int(1000, help="Sockets of all processes together; each can hold what nobody has read yet.").tag(
        config=True
    )
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
    user: User | None = None  # who the kernel is, while it runs
    folder: Path | None = None  # the kernel's folder on this machine: sockets, and a copy of the assignment's files
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
        self.user = User()
        self.folder = Path(
            tempfile.mkdtemp(dir=run_folder(os.getpid()))
        )  # the name of a socket has 107 letters at most
        channel, outside = self.folder / "channel", self.folder / "client.json"
        channel.mkdir()
        most = min(self.file_mb, self.folder_mb // 2) * MEGABYTE
        write_files(plain_files(Path(kwargs.pop("cwd", None) or channel), most), self.folder / "files")
        manager: Any = self.parent
        manager.transport, manager.ip, manager.connection_file = "ipc", str(channel / "k"), str(outside)
        kwargs = await super().pre_launch(**kwargs)
        inside = channel / "kernel.json"
        inside.write_text(json.dumps(json.loads(outside.read_text()) | {"ip": "/kernel/k"}), encoding="utf-8")
        if os.getuid() == 0:
            for path in (channel, inside):
                os.chown(path, self.user.uid, self.user.uid)
        kwargs["cmd"] = [word.replace(str(outside), "/kernel/kernel.json") for word in kwargs["cmd"]]
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel in its sandbox: forked from a process with its modules where there is one, else cold."""
        assert self.folder is not None and self.user is not None
        environment = {name: value for name, value in kwargs["env"].items() if name == "NBGRADER_EXECUTION"}
        if self.preparation.cache is not None:
            environment |= {name: value.format(cache=CACHE) for name, value in self.cache_reader.items()}
        sandbox = Sandbox(
            limits=self.limits,
            uid=self.user.uid,
            readable=[Path(path) for path in self.readable],
            packages=self.packages,
            environment=environment | self.environment,
            cache=self.preparation.cache,
        )
        # What a kernel writes past its messages is nobody's business, and no terminal's.
        with (self.folder / "stderr").open("wb") as said:
            self.process = self._forked(sandbox, cmd, said.fileno())
            if self.process is not None:
                self.pid, self.cwd = self.process.pid, Path("/work")
                return self.connection_info
            sandbox = replace(sandbox, files=self.folder / "files", channel=self.folder / "channel")
            with sandbox.command(cmd) as (command, descriptors):
                kwargs |= {"env": dict(ENV), "cwd": "/", "pass_fds": descriptors}
                return await super().launch_kernel(command, stdout=subprocess.DEVNULL, stderr=said.fileno(), **kwargs)

    def _forked(self, sandbox: Sandbox, cmd: list[str], stderr: int) -> ForkedProcess | None:
        """Return a kernel forked from a process that has imported its modules, None where it has to start cold."""
        assert self.folder is not None
        beside = {path.name.partition(".")[0] for path in (self.folder / "files").iterdir()}
        modules = self.preparation.modules
        # A file beside the notebook comes first in a cold kernel: one that is called like a module has to be imported.
        if not modules or beside & {name.partition(".")[0] for name in modules}:
            return None
        if "autograder" in modules and "ipykernel_launcher" in cmd:
            cmd, modules = [*cmd, *LIGHTER], (*modules, "autograder.kernel")
        try:
            return fork(sandbox, cmd, modules, self.folder, stderr)
        except NotWarmError as error:
            self.log.warning("Kernels start cold: %s", error)
            return None

    async def kill(self, restart: bool = False) -> None:
        """Kill everything in the sandbox, and wait until it is gone: the next kernel's limits count it, too."""
        ends = monotonic() + LAST_BREATH
        with contextlib.ExitStack() as stack:
            inside = _children(stack, self.process.pid) if isinstance(self.process, subprocess.Popen) else []
            await super().kill(restart)
            while self.process is not None and monotonic() < ends:
                if self.process.poll() is not None and len(select.select(inside, [], [], 0)[0]) == len(inside):
                    break
                await asyncio.sleep(0.002)

    def overstepped(self) -> str:
        """Look at the running kernel from outside; return which bound it oversteps, "" where none."""
        if self.process is None or self.folder is None:
            return ""
        family = _family(self.process.pid)
        for process in family:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self.seen_cpu = max(self.seen_cpu, times.user + times.system)
        # The quick look counts a page once for each process that it was copied to by a fork.
        most, shared = self.memory_mb * MEGABYTE, _shared_memory(family)
        if shared + sum(map(_memory, family)) > most and shared + sum(map(_share_of_memory, family)) > most:
            return f"its processes used more than {self.memory_mb} MB of memory"
        if _larger(self.folder, self.folder_mb * MEGABYTE):
            return f"it wrote more than {self.folder_mb} MB of files"
        first = self.process.pid if isinstance(self.process, ForkedProcess) else next((p.pid for p in family), 0)
        if any(_files(Path(f"/proc/{first}/root{place}")) > self.folder_files for place in PLACES):
            return f"it made more than {self.folder_files} files in a folder"
        if _sockets(first) > self.sockets:
            return f"it opened more than {self.sockets} sockets"
        return ""

    def cause_of_death(self, code: int | None) -> str:
        """Say why a kernel died, from its exit code and what was last seen of it.

        Raises KernelLostError where it was not by what it ran.
        """
        if isinstance(self.process, ForkedProcess) and self.process.lost:
            raise KernelLostError("The process that kernels are forked from was killed.")
        if self.seen_cpu > self.cpu_seconds - SPARE_CPU:
            return f"it used more than {self.cpu_seconds} CPU seconds"
        number = -code if code is not None and code < 0 else (code or 0) - 128
        if number in set(signal.Signals):
            return DIED.format(signal.Signals(number).name)
        return f"the kernel ended itself (exit code {code})"

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder, and give its user id back."""
        await super().cleanup(restart)
        if self.user is not None and not restart:
            self.user.close()
        if self.folder is not None and not restart:
            self.said = _last_line(self.folder / "stderr")
            remove_tree(self.folder)
            self.folder = None


def _last_line(path: Path) -> str:
    """Return the last line of a file that a student may have written, of which no more is read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_WORDS))
        lines = file.read().decode(errors="replace").strip().splitlines()
    return (lines or ["it said nothing"])[-1]


def _family(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return []


def _children(stack: contextlib.ExitStack, pid: int) -> list[int]:
    """Return a descriptor for each child of a process, which can be read when the child has ended, see pidfd_open(2).

    The child of bubblewrap is the first process of its sandbox, which ends when all others there have.
    """
    found = []
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found.append(os.pidfd_open(int(child)))
            stack.callback(os.close, found[-1])
    return found


def _memory(process: psutil.Process) -> int:
    """Return the bytes that a process has in memory for itself."""
    return _kilobytes(process, "status", "RssAnon")


def _share_of_memory(process: psutil.Process) -> int:
    """Return the same, with a page that N processes share (after a fork, say) counted as its N-th part."""
    try:
        return _kilobytes(process, "smaps_rollup", "Pss_Anon")
    except PermissionError:  # a process may make itself one that is not to be looked at
        return _memory(process)


def _shared_memory(family: list[psutil.Process]) -> int:
    """Return the bytes of memory that processes share with those they forked, whether or not they still look at it.

    It lasts as long as it is mapped somewhere, and the system tells neither how much of it is filled nor by whom.
    That of files is bounded with their folder.
    """
    sizes: dict[str, int] = {}
    for process in family:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process.pid}/maps").read_text(errors="replace").splitlines():
                if line.endswith(SHARED):
                    span, _, _, _, inode, _ = line.split(maxsplit=5)
                    start, end = (int(place, 16) for place in span.split("-"))
                    sizes[inode] = max(sizes.get(inode, 0), end - start)
    return sum(sizes.values())


def _kilobytes(process: psutil.Process, file: str, *names: str) -> int:
    """Return the sum of lines of a file in /proc (proc(5)), in bytes; 0 where the process has ended."""
    try:
        lines = Path(f"/proc/{process.pid}/{file}").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    return sum(int(found[name].split()[0]) * 1024 for name in names if name in found)


def _files(mounted: Path) -> int:
    """Return how many files and folders a file system holds, 0 where it cannot be asked."""
    try:
        status = os.statvfs(mounted)
    except OSError:  # its last process has ended
        return 0
    return status.f_files - status.f_ffree


def _sockets(pid: int) -> int:
    """Return how many sockets the network of a process has, 0 where the process has ended."""
    try:
        return int(Path(f"/proc/{pid}/net/sockstat").read_text().split(maxsplit=3)[2])
    except OSError:
        return 0


def _larger(folder: Path, most: int) -> bool:
    """Return whether a folder that a student writes into holds too much; links are not followed."""
    size = 0
    for number, (_, status) in enumerate(entries(folder / "channel")):
        size += 0 if stat.S_ISDIR(status.st_mode) else status.st_size
        if number >= MOST_ENTRIES or size > most:
            return True
    return False
