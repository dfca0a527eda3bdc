"""Makes the bubblewrap command that runs a process with access only to what it is given.

A sandbox has no network and no other processes. It sees a read-only system, the Python environment, and four writable
folders that vanish with the process: /work (empty, or with the assignment's files), /tmp, /dev/shm and /kernel (for
sockets). Each is a file system in memory of bounded size, so nothing that a student writes reaches the grader's disk.
The course folder, the gradebook and home folders are absent.

As root, the process runs under a user id without rights. As an ordinary user, it runs in a user namespace. Dangerous
system calls are refused (`system_calls`).

`Limits` hold per process, except `processes`. `watch` bounds from outside what all processes of a kernel use together,
and the cores that they may use bound their time (`seat`). How often a kernel reads from the disk is not bounded.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.sandbox.contents import (
    ETC,
    base_environment,
    environment_folders,
    package_folders,
    passwd_file,
    read_only_options,
    system_options,
)
from autograder.sandbox.limits import WRITABLE, Limits
from autograder.sandbox.seat import NOBODY
from autograder.sandbox.system_calls import seccomp_filter

CACHE = "/cache"
# Capabilities needed to switch to the student's user id.
SWITCH_USER = "SETUID", "SETGID", "SETPCAP"
# Capabilities that a zygote needs besides: SYS_ADMIN (mounts, namespaces), SETFCAP (map the parent's user 0, see
# user_namespaces(7)), NET_ADMIN (bring up loopback), KILL (end its kernels).
BUILD_JAILS = "SYS_ADMIN", "SETFCAP", "NET_ADMIN", "KILL"
# Environment of the bubblewrap process. Student code can read it through /proc/1, so it holds no secrets.
BUBBLEWRAP_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
Command = tuple[list[str], list[int]]  # the words, and the file descriptors to pass


@dataclass(frozen=True)
class Sandbox:
    """What a sandbox holds. `command` makes the command that runs a process in it."""

    limits: Limits | None = None  # without limits, only the grader's own code may run
    cores: Sequence[int] = ()  # the cores that it may use; none named means all
    uid: int = NOBODY  # the user id inside, if root starts it
    readable: Sequence[Path] = ()  # further files and folders, read-only, under their own names
    packages: Sequence[str] = ()  # importable packages that lie outside the environment
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Path | None = None  # a folder that is copied into /work at the start
    connection: Path | None = None  # a folder that is /connection inside, read-only
    cache: Path | None = None  # a folder that is CACHE inside, read-only, if it exists

    @contextlib.contextmanager
    def command(self, argv: Sequence[str]) -> Iterator[Command]:
        """Make the command that runs a program in the sandbox.

        Args:
            argv: the program and its arguments.

        Yields:
            The command, and the file descriptors to pass to it. They may be closed once the process has started.
        """
        with contextlib.ExitStack() as stack:
            rules = as_file(stack, seccomp_filter())
            own = ["--seccomp", str(rules), "--die-with-parent"]
            own += ["--disable-userns"] if os.getuid() and "--disable-userns" in _bubblewrap_help() else []
            for folder, name in ((self.files, "/files"), (self.connection, "/connection")):
                own += ["--ro-bind", str(folder), name] if folder is not None else []
            # As root, a user namespace would still map to root outside. So we switch to an unprivileged user id
            # inside the sandbox instead.
            capabilities = SWITCH_USER if os.getuid() == 0 else ()
            limited = self.limits.prlimit() if self.limits else ()
            inside = [*_switch_user(self.uid), *limited, *self._copy_files(argv)]
            command, descriptors = self._bubblewrap(stack, capabilities, own, inside, [rules])
            pinned = ["taskset", "--cpu-list", ",".join(map(str, self.cores))] if self.cores else []
            yield [*pinned, *command], descriptors

    @contextlib.contextmanager
    def zygote_command(self, argv: Sequence[str], script: Path, kernels: Path) -> Iterator[Command]:
        """Make the command of a process that builds sandboxes for kernels.

        It runs in the same place as they do, keeps the capabilities that it needs, and has none of the limits.

        Args:
            argv: the program and its arguments.
            script: a file that is /zygote.py inside.
            kernels: a folder that is /kernels inside. It holds a folder for each kernel.

        Yields:
            The command, and the file descriptors to pass to it. They may be closed once the process has started.
        """
        with contextlib.ExitStack() as stack:
            own = ["--bind", str(kernels), "/kernels", "--ro-bind", str(script), "/zygote.py"]
            own += [word for name in ("/connection", "/files") for word in ("--perms", "0755", "--dir", name)]
            # In a user namespace it has to be root: bubblewrap would put another user into a second namespace.
            yield self._bubblewrap(stack, (*SWITCH_USER, *BUILD_JAILS), own, argv, [], user=0)

    def _bubblewrap(
        self,
        stack: contextlib.ExitStack,
        capabilities: Sequence[str],
        own: list[str],
        argv: Sequence[str],
        descriptors: list[int],
        user: int = NOBODY,
    ) -> Command:
        passwd = as_file(stack, passwd_file().encode())
        words = [*self._process_options(capabilities, user), *self._file_options(passwd), *own, "--remount-ro", "/"]
        # Options travel in a file: /proc/1/cmdline can be read inside and would name folders outside.
        options = as_file(stack, "\0".join(words).encode() + b"\0")
        return ["bwrap", "--args", str(options), "--", *argv], [passwd, options, *descriptors]

    def _copy_files(self, argv: Sequence[str]) -> list[str]:
        if self.files is None:
            return list(argv)
        return ["sh", "-c", 'cp -R /files/. /work; exec "$@"', "sh", *argv]

    def _process_options(self, capabilities: Sequence[str], user: int) -> list[str]:
        options = [
            *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
            *("--new-session", "--clearenv", "--hostname", "sandbox", "--cap-drop", "ALL"),
            *(word for name in capabilities for word in ("--cap-add", f"CAP_{name}")),
        ]
        if os.getuid() != 0:
            options += ["--unshare-user", "--uid", str(user), "--gid", str(user)]
        for name, value in (base_environment() | dict(self.environment)).items():
            options += ["--setenv", name, value]
        return options

    def _file_options(self, passwd: int) -> list[str]:
        options = ["--proc", "/proc", "--dev", "/dev"]
        for folder in WRITABLE:
            size = ["--size", str(self.limits.folder)] if self.limits else []
            options += ["--perms", "1777", *size, "--tmpfs", folder]
        options += ["--remount-ro", "/dev", "--chdir", "/work", *system_options()]
        options += read_only_options([Path("/etc", name) for name in ETC])
        options += ["--perms", "0444", "--ro-bind-data", str(passwd), "/etc/passwd"]
        options += read_only_options([*environment_folders(), *package_folders(self.packages), *self.readable])
        if self.cache is not None:
            options += ["--ro-bind-try", str(self.cache), CACHE]
        return options


def _switch_user(uid: int) -> list[str]:
    """Return the command that gives up root for a user id without rights, nothing if the grader is not root."""
    if os.getuid() != 0:
        return []
    drop = ["--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", *drop, "--"]


def as_file(stack: contextlib.ExitStack, content: bytes) -> int:
    """Return a descriptor from which `content` can be read until the stack is closed."""
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # closed by the stack
    file.write(content)
    file.seek(0)
    return file.fileno()


@functools.cache
def _bubblewrap_help() -> str:
    return subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout
