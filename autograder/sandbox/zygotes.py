"""Forks kernels from processes, called zygotes, that have already imported what their notebook imports.

A zygote runs `zygote.py` inside bubblewrap. This module starts zygotes, keeps the latest few, and asks them for
kernels. A zygote ends with the grader, however the grader ends, because it then reads the end of its socket.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from autograder.errors import AutograderError
from autograder.sandbox.bubblewrap import BUBBLEWRAP_ENVIRONMENT, Sandbox, as_file
from autograder.sandbox.limits import MEGABYTE, WRITABLE
from autograder.sandbox.seat import NOBODY, Seat
from autograder.sandbox.stderr import last_line
from autograder.sandbox.system_calls import seccomp_filter

SCRIPT = Path(__file__).with_name("zygote.py")
MOST_ZYGOTES = 4  # that are kept, one for each notebook that is being graded
IMPORT_SECONDS = 120  # for all imports
FORK_SECONDS = 20  # for a kernel to be forked
CREDENTIALS = struct.Struct("3i")  # process, user and group id: struct ucred of unix(7)


class NotWarmError(AutograderError):
    """There is no zygote, or it forks no kernel. The message says in one sentence why."""


class ForkedProcess:
    """The first process of a kernel's jail, with the part of subprocess.Popen that a provisioner uses.

    The process is a child of the zygote. Its socket tells when it ends, and closing the socket ends it.
    """

    stdin = stdout = stderr = None

    def __init__(self, status: socket.socket, pid: int) -> None:
        """Take over the grader's end of the kernel's socket, and the process id."""
        self.status, self.pid = status, pid
        self.returncode: int | None = None
        self.lost = False  # whether it ended because its zygote ended

    def poll(self) -> int | None:
        """Return the exit code, -N if signal N ended it, None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                self.status.setblocking(False)
                code = _receive(self.status)
                self.returncode, self.lost = int(code) if code else -signal.SIGKILL, code is None
                self.status.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        ends = monotonic() + timeout if timeout is not None else float("inf")
        while (code := self.poll()) is None:
            if monotonic() > ends:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            sleep(0.005)
        return code

    def send_signal(self, signum: int) -> None:
        """Kill all processes of the jail. Other signals cannot be sent into it, so each signal kills."""
        if self.poll() is None:
            with contextlib.suppress(OSError):
                self.status.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


class Zygote:
    """A running zygote."""

    def __init__(self, sandbox: Sandbox, python: Sequence[str], modules: Sequence[str], kernels: Path) -> None:
        """Start a zygote, and wait until it has imported its modules and has built one jail as a test.

        Args:
            sandbox: what the zygote and its kernels see.
            python: an interpreter and its options.
            modules: names of the modules to import.
            kernels: the folder that holds a folder for each kernel.

        Raises:
            NotWarmError: it did not start, or can build no jail.
        """
        self.control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.kernels: list[ForkedProcess] = []  # those that may be running
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the zygote
        setup = {
            "modules": list(modules),
            "root": os.getuid() == 0,
            "places": WRITABLE,
            "filter": base64.b64encode(seccomp_filter()).decode(),
        }
        with contextlib.ExitStack() as stack, inside:
            setup_file = as_file(stack, json.dumps(setup).encode())
            argv = [*python, "/zygote.py", str(inside.fileno()), str(setup_file)]
            command, descriptors = stack.enter_context(sandbox.zygote_command(argv, SCRIPT, kernels))
            self.process = subprocess.Popen(
                command,
                pass_fds=[*descriptors, setup_file, inside.fileno()],
                env=dict(BUBBLEWRAP_ENVIRONMENT),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.stderr,
                start_new_session=True,  # so that Ctrl+C in a terminal reaches the grader alone
            )
        try:
            self.control.settimeout(IMPORT_SECONDS)
            if (answer := _receive(self.control)) != "ready":
                raise NotWarmError(answer or self._last_words())
            self._try_out(kernels)
        except (OSError, subprocess.TimeoutExpired) as error:
            self.close()
            raise NotWarmError(f"it did not answer: {error}") from None
        except NotWarmError:
            self.close()
            raise

    def _try_out(self, kernels: Path) -> None:
        """Build a jail and end it. Raises NotWarmError if that fails."""
        with tempfile.TemporaryDirectory(dir=kernels) as folder:
            for name in ("connection", "files"):
                Path(folder, name).mkdir()
            with contextlib.closing(Seat()) as seat:
                code = self.fork(Path(folder), [], Sandbox(uid=seat.uid), self.stderr.fileno()).wait(FORK_SECONDS)
            if code:
                raise NotWarmError(f"it could build no sandbox (exit code {code}): {self._last_words()}")

    def fork(self, folder: Path, argv: Sequence[str], sandbox: Sandbox, stderr: int) -> ForkedProcess:
        """Fork a kernel.

        Args:
            folder: the kernel's folder, which holds its connection/ and files/.
            argv: the module to run, and its arguments.
            sandbox: the kernel's user id, cores and limits.
            stderr: descriptor of the file that takes its stderr.

        Returns:
            The first process of the kernel's jail.

        Raises:
            NotWarmError: the zygote does not answer, or cannot fork.
        """
        status, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "folder": folder.name,
            "argv": list(argv),
            "uid": sandbox.uid,
            "cores": list(sandbox.cores),
            "size": sandbox.limits.folder if sandbox.limits else MEGABYTE,
            "limits": sandbox.limits.by_name() if sandbox.limits else {},
        }
        try:
            status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            status.settimeout(FORK_SECONDS)
            with inside:
                socket.send_fds(self.control, [json.dumps(request).encode()], [inside.fileno(), stderr])
            _, names, *_ = status.recvmsg(64, socket.CMSG_SPACE(CREDENTIALS.size))
        except OSError as error:
            status.close()
            raise NotWarmError(f"it does not answer: {error}") from None
        if not names:
            status.close()
            raise NotWarmError(f"it forked no kernel: {self._last_words()}")
        process = ForkedProcess(status, CREDENTIALS.unpack(names[0][2])[0])
        self.kernels = [kernel for kernel in (*self.kernels, process) if kernel.returncode is None]
        return process

    def busy(self) -> bool:
        """Return whether a kernel may still be running."""
        return any(kernel.returncode is None for kernel in self.kernels)

    def close(self) -> None:
        """End the zygote and all its kernels."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:  # an import does not end
            self.process.kill()
            self.process.wait()
        self.stderr.close()

    def _last_words(self) -> str:
        self.stderr.seek(0)
        return last_line(self.stderr.read())


def _receive(source: socket.socket) -> str | None:
    """Return the next message of a socket, None if its other end is gone."""
    try:
        return source.recv(4096).decode(errors="replace") or None
    except ConnectionError:
        return None


_zygotes: dict[str, Zygote | None] = {}  # the latest used comes last; None stands for one that did not start
_lock = threading.Lock()


def fork_kernel(
    sandbox: Sandbox, cmd: Sequence[str], modules: Sequence[str], folder: Path, stderr: int
) -> ForkedProcess | None:
    """Fork the kernel that `cmd` would start, from a zygote that has imported `modules`.

    Args:
        sandbox: what the kernel sees and may use.
        cmd: the command of a cold kernel.
        modules: names of the modules that the kernel needs.
        folder: the kernel's folder, which holds connection/ and files/, next to those of this process's other kernels.
        stderr: descriptor of the file that takes the kernel's stderr.

    Returns:
        The kernel's first process, None if such a kernel cannot be forked and an earlier call has raised the reason.

    Raises:
        NotWarmError: no zygote could be started.
    """
    if "-m" not in cmd:
        return None
    module = list(cmd).index("-m")
    python, argv = cmd[:module], cmd[module + 1 :]
    own = replace(sandbox, limits=None, cores=(), uid=NOBODY)  # these belong to a kernel
    key = f"{os.getpid()} {own} {python} {modules} {folder.parent}"
    with _lock:
        if key in _zygotes and _zygotes[key] is None:
            return None
        zygote, _zygotes[key] = _zygotes.pop(key, None), None
        try:
            process = zygote.fork(folder, argv, sandbox, stderr) if zygote else None
        except NotWarmError:  # it was killed
            process = None
        if process is None:
            if zygote:
                zygote.close()
            zygote = Zygote(own, python, modules, folder.parent)
            process = zygote.fork(folder, argv, sandbox, stderr)
        _zygotes[key] = zygote
        _close_oldest()
        return process


def _close_oldest() -> None:
    idle = [key for key, zygote in _zygotes.items() if zygote and not zygote.busy()]
    for key in idle[: max(0, len(_zygotes) - MOST_ZYGOTES)]:
        if zygote := _zygotes.pop(key):
            zygote.close()


@atexit.register
def close_all() -> None:
    """End all zygotes of this process."""
    with _lock:
        for zygote in _zygotes.values():
            if zygote:
                zygote.close()
        _zygotes.clear()
