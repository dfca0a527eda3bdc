"""Sandbox: the bubblewrap command that runs a process with nothing in reach but what it is given.

Inside there is no network, a read-only system, the Python environment, and three writable places that vanish with
the process: /work (its own, empty or with the assignment's files), /tmp and /dev/shm, each of bounded size. There
is no course folder, no gradebook, no home, no other process. Started by root, the process runs under a user id
without rights; started by an ordinary user, in a user namespace. System calls that reach for more are refused.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import importlib.util
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError

MEGABYTE = 1_000_000
PASS = [sys.executable, "-c", "pass"]
NOBODY = 65534  # the user id inside a user namespace
FIRST_UID, UIDS = 20_000, 200  # user ids that root hands out, one a kernel

# What asks the kernel for new namespaces, mounts, other processes' memory, keys, or its rarely tested corners; and
# the two ways to take memory that no limit of a process counts (memfd_create, shmget).
REFUSED = (
    "unshare setns mount umount2 pivot_root chroot mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick "
    "ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise "
    "keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register "
    "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct quotactl "
    "name_to_handle_at open_by_handle_at personality syslog lookup_dcookie settimeofday clock_settime clock_adjtime "
    "adjtimex sethostname setdomainname iopl ioperm modify_ldt vhangup nfsservctl fanotify_init "
    "memfd_create memfd_secret shmget msgget semget "
)
NAMESPACES = 0x7E020000 | 0x00000080  # all flags of clone(2) that make a namespace
CACHE = "/cache"
PLACES = "/dev/shm", "/tmp", "/work"  # where a kernel may write
DROPS = "SETUID", "SETGID", "SETPCAP"  # the rights that it takes to drop rights
# And to make namespaces (of users: user_namespaces(7) on mapping the parent's user 0) and mounts, to switch on a
# network interface, and to end it all.
BUILDS = "SYS_ADMIN", "SETFCAP", "NET_ADMIN", "KILL"
SYSTEM = "/usr", "/bin", "/sbin", "/lib", "/lib64"
ETC = "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "alternatives", "fonts", "mime.types"


class SandboxMissingError(CourseError):
    """Submissions cannot be isolated on this machine; the message says in one sentence why, and what to do."""


class User:
    """A user id for what runs in a sandbox; where root hands it out, nothing else on this machine has it meanwhile.

    The system bounds how many processes a user has: two kernels of one user would share that bound. An id is taken
    while a socket of its name is bound, which ends with this process, however that ends: unix(7), abstract names.
    """

    def __init__(self) -> None:
        """Take one."""
        self.held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.uid = self._take() if os.getuid() == 0 else NOBODY

    def _take(self) -> int:
        first = random.randrange(UIDS)  # in another container, these sockets are not seen
        for number in range(UIDS):
            uid = FIRST_UID + (first + number) % UIDS
            with contextlib.suppress(OSError):
                self.held.bind(f"\0autograder-{uid}")
                return uid
        raise SandboxMissingError(f"{UIDS} kernels run on this machine: no user id is left for another one.")

    def close(self) -> None:
        """Give it back."""
        self.held.close()


@dataclass(frozen=True)
class Limits:
    """What a process in the sandbox may use; each bound is the kernel's own, inside."""

    memory: int = 4_000 * MEGABYTE  # bytes of address space a process
    processes: int = 128  # processes and threads together
    cpu: int = 1200  # CPU seconds a process
    file: int = 64 * MEGABYTE  # bytes a file
    folder: int = 256 * MEGABYTE  # bytes in each of /work, /tmp and /dev/shm
    open_files: int = 512

    def bounds(self) -> dict[str, int]:
        """Return each limit under the name that prlimit(1) has for it."""
        return {
            "as": self.memory,
            "nproc": self.processes,
            "cpu": self.cpu,
            "fsize": self.file,
            "nofile": self.open_files,
            "core": 0,
            "msgqueue": 0,
            "memlock": MEGABYTE,
        }

    def prlimit(self) -> list[str]:
        """Return the command that sets the limits and runs what follows."""
        return ["prlimit", *(f"--{name}={value}:{value}" for name, value in self.bounds().items()), "--"]


@dataclass(frozen=True)
class Sandbox:
    """What a sandbox holds; `command` makes the command that runs something in it."""

    limits: Limits = Limits()
    uid: int = NOBODY  # the user id inside, where root starts it
    readable: Sequence[Path] = ()  # further files and folders, read-only, under their own names
    packages: Sequence[str] = ()  # importable packages that lie outside the environment
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Path | None = None  # a folder copied into /work at the start
    channel: Path | None = None  # a folder that is /kernel inside, writable: for sockets
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
            if self.files is not None:
                own += ["--ro-bind", str(self.files), "/files"]
            if self.channel is not None:
                own += ["--bind", str(self.channel), "/kernel"]
            # A user namespace made by root would still be root outside: drop to a user id instead, inside.
            rights = DROPS if os.getuid() == 0 else ()
            inside = [*_identity(self.uid), *self.limits.prlimit(), *self._start(argv)]
            yield self._bubblewrap(stack, rights, own, inside, [rules])

    @contextlib.contextmanager
    def maker(self, argv: Sequence[str], script: Path, kernels: Path) -> Iterator[tuple[list[str], list[int]]]:
        """Yield, like `command`, the command of a process that makes sandboxes: for kernels with a folder in `kernels`.

        It runs in the same place, finds the two as /zygote.py and /kernels, and keeps the rights that it takes; none
        of the limits hold for it.
        """
        with contextlib.ExitStack() as stack:
            own = ["--bind", str(kernels), "/kernels", "--ro-bind", str(script), "/zygote.py"]
            own += [word for name in ("/kernel", "/files") for word in ("--perms", "0755", "--dir", name)]
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
        size = str(self.limits.folder)
        options = ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", size, "--tmpfs", "/dev/shm"]
        options += ["--remount-ro", "/dev", "--perms", "1777", "--size", size, "--tmpfs", "/tmp"]
        options += ["--perms", "1777", "--size", size, "--tmpfs", "/work", "--chdir", "/work"]
        for path in map(Path, SYSTEM):
            if path.is_symlink():
                options += ["--symlink", str(path.readlink()), str(path)]
            elif path.exists():
                options += ["--ro-bind", str(path), str(path)]
        made: set[Path] = {Path("/"), Path("/tmp")}
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
def seccomp_filter() -> bytes:
    """Return the compiled seccomp filter."""
    import pyseccomp  # loads libseccomp, which only Linux has

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in REFUSED.split():
        with contextlib.suppress(OSError, ValueError):  # a call that this processor or this libseccomp does not know
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    for bit in (1 << shift for shift in range(32)):
        if NAMESPACES & bit:
            flags = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, bit, bit)
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", flags)
    # Its flags lie in memory, where no filter can look; the C library falls back to clone.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


@functools.cache
def missing() -> str:
    """Return in one sentence why submissions cannot be isolated here and what to do, "" where they can: tried out."""
    if sys.platform != "linux":
        return "Isolating submissions needs Linux: grade in WSL or a container, or only students you trust."
    programs = ["bwrap", "prlimit", *(["setpriv"] if os.getuid() == 0 else [])]
    if absent := [name for name in programs if shutil.which(name) is None]:
        return f"Isolating submissions needs {absent[0]}: apt-get install bubblewrap util-linux libseccomp2."
    try:
        seccomp_filter()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        return f"Isolating submissions needs libseccomp ({error}): apt-get install libseccomp2; pip install pyseccomp."
    with contextlib.closing(User()) as user, Sandbox(uid=user.uid).command(PASS) as (command, descriptors):
        tried = subprocess.run(command, pass_fds=descriptors, capture_output=True, text=True, check=False, env=ENV)
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip().splitlines() or [f"exit code {tried.returncode}"]
    return (
        f"bubblewrap cannot isolate here ({said[-1]}): allow user namespaces "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0), or grade as root."
    )


# What bubblewrap itself runs with: its first process can be looked at from inside.
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def require() -> None:
    """Raise SandboxMissingError unless submissions can be isolated here."""
    if why := missing():
        raise SandboxMissingError(why)
