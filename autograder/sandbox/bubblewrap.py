"""Sandbox: the bubblewrap command that runs a process with nothing in reach but what it is given.

Inside there is no network, a read-only system, the Python environment, and four writable places that vanish with the
process: /work (its own, empty or with the assignment's files), /tmp, /dev/shm and /kernel (for sockets). Each is a file
system in memory of bounded size, so that nothing a student writes lies on the grader's disk. There is no course folder,
no gradebook, no home, no other process. Started by root, the process runs under a user id without rights; started by an
ordinary user, in a user namespace. System calls that reach for more are refused (`system_calls`).

`Limits` hold for one process, but for `processes`; what all processes of a kernel use together is bounded from outside
(`watch`), and their time by the cores that they may use (`seat`). Not bounded: how often a kernel reads from the disk.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from autograder.errors import CourseError
from autograder.sandbox.seat import FIRST_UID, NOBODY, UIDS, Seat
from autograder.sandbox.system_calls import seccomp_filter

MEGABYTE = 1_000_000
WAIT = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
SIGNALS = 1000  # that wait to be handled, with all timers, per user
CACHE = "/cache"
PLACES = "/dev/shm", "/tmp", "/work", "/kernel"  # where a kernel may write
DROPS = "SETUID", "SETGID", "SETPCAP"  # the rights that it takes to drop rights
# And to make namespaces (of users: user_namespaces(7) on mapping the parent's user 0) and mounts, to switch on a
# network interface, and to end it all.
BUILDS = "SYS_ADMIN", "SETFCAP", "NET_ADMIN", "KILL"
SYSTEM = "/usr", "/bin", "/sbin", "/lib", "/lib64"
ETC = "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "alternatives", "fonts", "mime.types"


class SandboxMissingError(CourseError):
    """Submissions cannot be isolated on this machine; the message says in one sentence why, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a process in the sandbox may use; Linux itself enforces each bound. The values are SandboxProvisioner's."""

    memory: int  # bytes of address space per process
    processes: int  # processes and threads together
    cpu: int  # CPU seconds per process
    file: int  # bytes per file
    folder: int  # bytes in each of PLACES
    open_files: int  # per process

    def bounds(self) -> dict[str, int]:
        """Return each limit under the name that prlimit(1) has for it."""
        return {
            "as": self.memory,
            "nproc": self.processes,
            "cpu": self.cpu,
            "fsize": self.file,
            "nofile": self.open_files,
            "core": 1,  # byte: with 0, Linux still starts the machine's own program for core dumps, see core(5)
            "msgqueue": 0,
            "memlock": MEGABYTE,
            "sigpending": SIGNALS,
            "rtprio": 0,
            "nice": 0,
        }

    def prlimit(self) -> list[str]:
        """Return the command that sets the limits and runs what follows."""
        return ["prlimit", *(f"--{name}={value}:{value}" for name, value in self.bounds().items()), "--"]


@dataclass(frozen=True)
class Sandbox:
    """What a sandbox holds; `command` makes the command that runs something in it."""

    limits: Limits | None = None  # without, only code of the grader itself may run
    cores: Sequence[int] = ()  # that it may use, all of them if none are named
    uid: int = NOBODY  # the user id inside, where root starts it
    readable: Sequence[Path] = ()  # further files and folders, read-only, under their own names
    packages: Sequence[str] = ()  # importable packages that lie outside the environment
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Path | None = None  # a folder copied into /work at the start
    connection: Path | None = None  # a folder that is /connection inside, read-only
    cache: Path | None = None  # a folder that is CACHE inside, read-only, where it exists

    @contextlib.contextmanager
    def command(self, argv: Sequence[str]) -> Iterator[tuple[list[str], list[int]]]:
        """Yield the command that runs `argv` in the sandbox, and the file descriptors to pass to it.

        The descriptors may be closed once the process has been started.
        """
        with contextlib.ExitStack() as stack:
            rules = as_file(stack, seccomp_filter())
            own = ["--seccomp", str(rules), "--die-with-parent"]
            own += ["--disable-userns"] if os.getuid() and "--disable-userns" in _bwrap_help() else []
            for folder, name in ((self.files, "/files"), (self.connection, "/connection")):
                own += ["--ro-bind", str(folder), name] if folder is not None else []
            # A user namespace made by root would still be root outside: drop to a user id instead, inside.
            rights = DROPS if os.getuid() == 0 else ()
            inside = [*_identity(self.uid), *(self.limits.prlimit() if self.limits else ()), *self._start(argv)]
            command, passed = self._bubblewrap(stack, rights, own, inside, [rules])
            pinned = ["taskset", "--cpu-list", ",".join(map(str, self.cores))] if self.cores else []
            yield [*pinned, *command], passed

    @contextlib.contextmanager
    def maker(self, argv: Sequence[str], script: Path, kernels: Path) -> Iterator[tuple[list[str], list[int]]]:
        """Yield, like `command`, the command of a process that makes sandboxes: for kernels with a folder in `kernels`.

        It runs in the same place, finds the two as /zygote.py and /kernels, and keeps the rights that it takes; none
        of the limits hold for it.
        """
        with contextlib.ExitStack() as stack:
            own = ["--bind", str(kernels), "/kernels", "--ro-bind", str(script), "/zygote.py"]
            own += [word for name in ("/connection", "/files") for word in ("--perms", "0755", "--dir", name)]
            # In a user namespace it has to be root: bubblewrap would put another user into a second one.
            yield self._bubblewrap(stack, (*DROPS, *BUILDS), own, argv, [], user=0)

    def _bubblewrap(
        self,
        stack: contextlib.ExitStack,
        rights: Sequence[str],
        own: list[str],
        argv: Sequence[str],
        passed: list[int],
        user: int = NOBODY,
    ) -> tuple[list[str], list[int]]:
        passwd = as_file(stack, _passwd().encode())
        words = [*self._options(rights, user), *self._places(passwd), *own, "--remount-ro", "/"]
        # Handed over in a file: /proc/1/cmdline is readable inside and would name the places outside.
        options = as_file(stack, "\0".join(words).encode() + b"\0")
        return ["bwrap", "--args", str(options), "--", *argv], [passwd, options, *passed]

    def _start(self, argv: Sequence[str]) -> list[str]:
        if self.files is None:
            return list(argv)
        return ["sh", "-c", 'cp -R /files/. /work; exec "$@"', "sh", *argv]

    def _options(self, rights: Sequence[str], user: int) -> list[str]:
        options = [
            *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
            *("--new-session", "--clearenv", "--hostname", "sandbox", "--cap-drop", "ALL"),
            *(word for name in rights for word in ("--cap-add", f"CAP_{name}")),
        ]
        if os.getuid() != 0:
            options += ["--unshare-user", "--uid", str(user), "--gid", str(user)]
        for name, value in (_environment() | dict(self.environment)).items():
            options += ["--setenv", name, value]
        return options

    def _places(self, passwd: int) -> list[str]:
        options = ["--proc", "/proc", "--dev", "/dev"]
        for place in PLACES:
            size = ["--size", str(self.limits.folder)] if self.limits else []
            options += ["--perms", "1777", *size, "--tmpfs", place]
        options += ["--remount-ro", "/dev", "--chdir", "/work"]
        for path in map(Path, SYSTEM):
            if path.is_symlink():
                options += ["--symlink", str(path.readlink()), str(path)]
            elif path.exists():
                options += ["--ro-bind", str(path), str(path)]
        made: set[Path] = {Path("/"), *map(Path, PLACES)}
        for name in ETC:
            options += _bind(Path("/etc", name), made)
        options += ["--perms", "0444", "--ro-bind-data", str(passwd), "/etc/passwd"]
        for path in (*environment_folders(), *package_folders(self.packages), *self.readable):
            options += _bind(path, made)
        if self.cache is not None:
            options += ["--ro-bind-try", str(self.cache), CACHE]
        return options


@functools.cache
def _passwd() -> str:
    """Return what /etc/passwd is inside: whatever the user id there, its name is student."""
    uids = [NOBODY, *(range(FIRST_UID, FIRST_UID + UIDS) if os.getuid() == 0 else ())]
    return "".join(f"student:x:{uid}:{uid}::/tmp:/bin/sh\n" for uid in uids)


def _identity(uid: int) -> list[str]:
    if os.getuid() != 0:
        return []
    drop = ["--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", *drop, "--"]


def _environment() -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": "/tmp",
        "USER": "student",
        "LANG": "C.UTF-8",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": "/tmp/.ipython",
    }


def environment_folders() -> list[Path]:
    """Return the folders of this Python and its environment that do not belong to the system."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    return sorted(path for path in prefixes if not path.is_relative_to("/usr"))


def package_folders(names: Sequence[str]) -> list[Path]:
    """Return the folders (or files) of importable packages, without importing them."""
    found = []
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            raise SandboxMissingError(f"The package {name!r}, which student code may import, is not installed here.")
        found.append(Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin))
    return [path for path in found if not any(path.is_relative_to(folder) for folder in environment_folders())]


def _bind(path: Path, made: set[Path]) -> list[str]:
    """Return the options that show `path` read-only, where it exists, under folders that anybody may enter."""
    options = []
    for parent in reversed(path.parents):
        if parent not in made:
            options += ["--perms", "0755", "--dir", str(parent)]
            made.add(parent)
    return [*options, "--ro-bind-try", str(path), str(path)]


def as_file(stack: contextlib.ExitStack, content: bytes) -> int:
    """Return a descriptor from which `content` can be read until the stack is closed."""
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # closed by the stack
    file.write(content)
    file.seek(0)
    return file.fileno()


@functools.cache
def _bwrap_help() -> str:
    return subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout


@functools.cache
def missing() -> str:
    """Return in one sentence why submissions cannot be isolated here and what to do, "" where they can: tried out."""
    if sys.platform != "linux":
        return "Isolating submissions needs Linux: grade in WSL or a container, or only students you trust."
    programs = ["bwrap", "prlimit", "taskset", *(["setpriv"] if os.getuid() == 0 else [])]
    if absent := [name for name in programs if shutil.which(name) is None]:
        return f"Isolating submissions needs {absent[0]}: apt-get install bubblewrap util-linux libseccomp2."
    try:
        seccomp_filter()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        return f"Isolating submissions needs libseccomp ({error}): apt-get install libseccomp2; pip install pyseccomp."
    why = _tried()
    return why and (
        f"bubblewrap cannot isolate here ({why}): allow user namespaces "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0), or grade as root."
    )


def _tried() -> str:
    """Return why nothing can be started in a sandbox and be looked at from outside, "" if both can be done."""
    with contextlib.closing(Seat()) as seat, Sandbox(uid=seat.uid).command(WAIT) as (command, descriptors):
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, pass_fds=descriptors, env=ENV, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        ) as process:
            assert process.stdout is not None
            started = process.stdout.readline()
            try:
                for one in psutil.Process(process.pid).children(recursive=True) if started else ():
                    Path(f"/proc/{one.pid}/root/work").stat()
            except OSError:
                process.kill()
                return "its processes cannot be watched: grant the capability SYS_PTRACE"
            lines = process.communicate()[1].strip().splitlines()
    return "" if process.returncode == 0 else (lines or [f"exit code {process.returncode}"])[-1]


# What bubblewrap itself runs with: its first process can be looked at from inside.
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def require() -> None:
    """Raise SandboxMissingError unless submissions can be isolated here."""
    if why := missing():
        raise SandboxMissingError(why)
