"""Zygotes: kernels from a process that has already imported what their notebook imports.

This is the outer side of `zygote`: it starts zygotes, keeps the latest few, asks them for kernels, and
stands in for a kernel's process. A zygote ends with the grader, however that ends: it reads the end of its socket.
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
from autograder.sandbox.bubblewrap import ENV, MEGABYTE, PLACES, Sandbox, as_file
from autograder.sandbox.seat import NOBODY, Seat
from autograder.sandbox.system_calls import seccomp_filter

SCRIPT = Path(__file__).with_name("zygote.py")
MOST = 4  # zygotes kept, one for each notebook that is being graded
PATIENCE = 120  # seconds for all imports
PROMPT = 20  # seconds for a kernel to be forked
CREDENTIALS = struct.Struct("3i")  # process, user and group id: struct ucred of unix(7)


class NotWarmError(AutograderError):
    """There is no zygote, or it forks no kernel; the message says in one sentence why."""


class ForkedProcess:
    """The first process of a kernel's jail, with as much of subprocess.Popen as a provisioner uses.

    It is no child of this process: its socket tells when it ends, and closing that ends it.
    """

    stdin = stdout = stderr = None

    def __init__(self, status: socket.socket, pid: int) -> None:
        """Take over a socket whose other end is the zygote's."""
        self.status, self.pid = status, pid
        self.returncode: int | None = None
        self.lost = False  # whether it ended because its zygote did, and not by what it ran

    def poll(self) -> int | None:
        """Return the exit code, -N where signal N ended it, None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                self.status.setblocking(False)
                code = _received(self.status)
                self.returncode, self.lost = int(code) if code else -signal.SIGKILL, not code
                self.status.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code; subprocess.TimeoutExpired after `timeout` seconds."""
        ends = monotonic() + timeout if timeout is not None else float("inf")
        while (code := self.poll()) is None:
            if monotonic() > ends:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            sleep(0.005)
        return code

    def send_signal(self, signum: int) -> None:
        """Kill it, and with it all processes of its jail: no signal that could be handled crosses its border."""
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
        """Start `python` (an interpreter and its options) and wait until it has imported `modules`."""
        self.control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.kernels: list[ForkedProcess] = []  # those that may be running
        self.said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the zygote
        setup = {
            "modules": list(modules),
            "root": os.getuid() == 0,
            "places": PLACES,
            "filter": base64.b64encode(seccomp_filter()).decode(),
        }
        with contextlib.ExitStack() as stack, inside:
            told = as_file(stack, json.dumps(setup).encode())
            argv = [*python, "/zygote.py", str(inside.fileno()), str(told)]
            command, passed = stack.enter_context(sandbox.maker(argv, SCRIPT, kernels))
            self.process = subprocess.Popen(
                command,
                pass_fds=[*passed, told, inside.fileno()],
                env=dict(ENV),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.said,
                start_new_session=True,  # what a terminal interrupts is the grader
            )
        try:
            self.control.settimeout(PATIENCE)
            if (answer := _received(self.control)) != "ready":
                raise NotWarmError(answer or self._last_words())
            self._try_out(kernels)
        except (OSError, subprocess.TimeoutExpired) as error:
            self.close()
            raise NotWarmError(f"it did not answer: {error}") from None
        except NotWarmError:
            self.close()
            raise

    def _try_out(self, kernels: Path) -> None:
        """Raise NotWarmError unless a jail can be built."""
        with tempfile.TemporaryDirectory(dir=kernels) as folder:
            for name in ("connection", "files"):
                Path(folder, name).mkdir()
            with contextlib.closing(Seat()) as seat:
                code = self.fork(Path(folder), [], Sandbox(uid=seat.uid), self.said.fileno()).wait(PROMPT)
            if code:
                raise NotWarmError(f"it could build no sandbox (exit code {code}): {self._last_words()}")

    def fork(self, folder: Path, argv: Sequence[str], sandbox: Sandbox, stderr: int) -> ForkedProcess:
        """Fork a kernel that runs the module argv[0] in `sandbox`; `folder` holds its connection/ and files/."""
        status, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "folder": folder.name,
            "argv": list(argv),
            "uid": sandbox.uid,
            "cores": list(sandbox.cores),
            "size": sandbox.limits.folder if sandbox.limits else MEGABYTE,
            "limits": sandbox.limits.bounds() if sandbox.limits else {},
        }
        try:
            status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            status.settimeout(PROMPT)
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
        """Return whether a kernel has not been seen to end."""
        return any(kernel.returncode is None for kernel in self.kernels)

    def close(self) -> None:
        """End the zygote and all its kernels."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:  # busy with an import that does not end
            self.process.kill()
            self.process.wait()
        self.said.close()

    def _last_words(self) -> str:
        self.said.seek(0)
        return (self.said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1][:300]


def _received(source: socket.socket) -> str:
    """Return the next message of a socket, "" where its other end is gone."""
    try:
        return source.recv(4096).decode(errors="replace")
    except ConnectionError:
        return ""


_zygotes: dict[str, Zygote | None] = {}  # None where one could not be started; the latest used last
_lock = threading.Lock()


def fork(
    sandbox: Sandbox, cmd: Sequence[str], modules: Sequence[str], folder: Path, stderr: int
) -> ForkedProcess | None:
    """Fork the kernel that `cmd` would start, from a zygote that has imported `modules`.

    `folder` holds the kernel's connection/ and files/, and lies where those of all kernels of this process do. Raises
    NotWarmError where there can be no zygote, and returns None where that has been said before.
    """
    if "-m" not in cmd:
        return None
    module = list(cmd).index("-m")
    python, argv = cmd[:module], cmd[module + 1 :]
    own = replace(sandbox, limits=None, cores=(), uid=NOBODY)  # these are a kernel's, a zygote has none
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
    for key in idle[: max(0, len(_zygotes) - MOST)]:
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
