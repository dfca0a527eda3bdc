"""Zygote: a process that has imported what an assignment imports, and forks kernels from itself, a jail for each.

Runs inside bubblewrap as a script of its own, started and spoken to by `zygotes`, and needs nothing but
Python. It keeps the rights that it takes to build a jail; what it forks gives all of them up before it runs anything
that a student wrote. Between two kernels nothing passes: each has its own processes, mounts, network and System V
objects, and /tmp, /work, /dev/shm and /kernel of its own.

    zygote.py CONTROL SETUP    descriptors: a socket for requests, and a file with one JSON object (`Setup`)

The answer to the start is "ready", or one sentence on why not. A request is a JSON object (`Request`) with two
descriptors: a socket on which the kernel's process sends its name and later its exit code is sent, and a file for
its stderr. The kernel is killed when the other end of that socket is closed or shut.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import fcntl
import gc
import importlib
import inspect
import json
import os
import resource
import runpy
import select
import shutil
import signal
import socket
import struct
import sys
import traceback
import types
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TypedDict

# mount(2), <linux/mount.h>
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE = 1 << 14, 1 << 18
KEPT = MS_NOSUID | MS_NODEV | MS_NOEXEC  # what a mount may not lose; the same bits as in statvfs(3)
# unshare(2), <linux/sched.h>
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
# prctl(2), <linux/prctl.h>
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 38, 47, 4, 2
CAPABILITY_VERSION_3 = 0x20080522  # capget(2)
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # netdevice(7)

COVERED = "sys", "sysrq-trigger", "irq", "bus"  # of /proc: what bubblewrap, too, covers
RIGHTLESS = {"CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0, "NoNewPrivs": 1, "Seccomp": 2}
LARGEST_REQUEST = 65536  # bytes
FAILED = 125  # exit code of a jail that could not be built

libc = ctypes.CDLL(None, use_errno=True)


class Setup(TypedDict):
    """What all kernels of a zygote have in common."""

    modules: list[str]  # names of modules to import
    root: bool  # whether the zygote is root outside, too, and not only in a user namespace
    places: list[str]  # the folders where a kernel may write
    filter: str  # the seccomp program, base64


class Request(TypedDict):
    """One kernel."""

    folder: str  # the name of its folder in /kernels, which holds connection/ and files/
    uid: int  # the user and group id of the kernel
    cores: list[int]  # that it may use, all of them if none are named
    size: int  # bytes of each place
    limits: dict[str, int]  # names as in prlimit(1) -> limits
    argv: list[str]  # the module to run as `python -m` does, and its arguments; empty: only try out the jail


def main() -> None:
    """Import, then fork on request; returns where nothing is left to do, or in a kernel when it ends."""
    control = socket.socket(fileno=int(sys.argv[1]))
    with os.fdopen(int(sys.argv[2])) as file:
        setup: Setup = json.load(file)
    del sys.path[0]  # this script's folder
    import_all(setup["modules"])
    threads = len(list(Path("/proc/self/task").iterdir()))
    control.send(b"ready" if threads == 1 else f"its imports started {threads - 1} threads".encode())
    kernel = serve(control, setup)
    if kernel is not None:
        del control, setup
        run(*kernel["argv"])


def import_all(names: list[str]) -> None:
    """Import what can be imported by its name; what the reference made in another way, a kernel makes itself."""
    gc.disable()
    for name in names:
        if name not in sys.modules:
            # Not only Exception: a module may end the process that imports it.
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
    for module in list(sys.modules.values()):
        with contextlib.suppress(BaseException):
            hasattr(module, "__file__")  # loads what is imported lazily: the start of a kernel asks each module this
    inspect.getmodule(compile("", "<nowhere>", "exec"))  # looks at the files of all modules, as the first error does
    gc.collect()
    gc.freeze()  # else the first collection in each kernel would copy every page
    gc.enable()


def serve(control: socket.socket, setup: Setup) -> Request | None:
    """Fork a kernel for each request until the other end closes; return None there, the request in the kernel."""
    own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    running: dict[int, tuple[int, socket.socket]] = {}  # descriptors of a kernel's process and socket -> both
    while True:
        for descriptor, _ in poll.poll():
            if descriptor in running:
                finish(running, descriptor, poll)
                continue
            message, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 2)
            if not message:
                return None
            request: Request = json.loads(message)
            # The next child, and no later one, is the first process of a new process namespace.
            call("setns", own_namespace, CLONE_NEWPID)
            call("unshare", CLONE_NEWPID)
            pid = os.fork()
            if pid == 0:
                begin(request, setup, *descriptors)
                return request
            process, status = os.pidfd_open(pid), socket.socket(fileno=descriptors[0])
            os.close(descriptors[1])
            for watched in (process, status.fileno()):
                running[watched] = process, status
                poll.register(watched, select.POLLIN)


def finish(running: dict[int, tuple[int, socket.socket]], descriptor: int, poll: select.poll) -> None:
    """Kill a kernel whose socket says so, or whose process has ended, and send its exit code."""
    if descriptor not in running:
        return
    process, status = running[descriptor]
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGKILL)
    ended = os.waitid(os.P_PIDFD, process, os.WEXITED)
    assert ended is not None  # as it would be with WNOHANG
    code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    with contextlib.suppress(OSError):
        status.send(str(code).encode())
    for watched in (process, status.fileno()):
        poll.unregister(watched)
        del running[watched]
    os.close(process)
    status.close()


def begin(request: Request, setup: Setup, status: int, stderr: int) -> None:
    """Build a jail around this process, which is the first in it; return in its only child, the kernel."""
    try:
        with socket.socket(fileno=status) as own:
            own.send(b"started")  # comes with the name of this process, as it is called outside
        os.setsid()
        os.dup2(stderr, 2)
        with Path(os.devnull).open("r+b") as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(nothing.fileno(), 1)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        if request["cores"]:
            os.sched_setaffinity(0, request["cores"])
        build(request["folder"], setup["places"], request["size"], setup["root"])
        drop(request["uid"], setup["root"], request["limits"], base64.b64decode(setup["filter"]))
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the first process of a namespace is safe from the others
        kernel = os.fork()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(FAILED)
    if kernel:
        reap(kernel)
    if not request["argv"]:
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def build(folder: str, places: Sequence[str], size: int, root: bool) -> None:
    """Give this process mounts, a network and System V objects of its own."""
    call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET)
    raise_loopback()
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc", KEPT)
    for covered in (Path("/proc", name) for name in COVERED if root):
        if covered.exists():
            bind(str(covered), str(covered), MS_RDONLY)
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    below = [(point, os.open(point, os.O_PATH)) for point in mounts_below(places)]
    for place in places:
        mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={size}")
    for point, seen in below:  # an environment that lies in /tmp, say
        make_like(Path(f"/proc/self/fd/{seen}"), point)
        bind(f"/proc/self/fd/{seen}", str(point))
        os.close(seen)
    for name in ("connection", "files"):
        bind(f"/kernels/{folder}/{name}", f"/{name}", MS_RDONLY)
    mount("tmpfs", "/kernels", "tmpfs", KEPT | MS_RDONLY, "mode=0,size=4096")  # those of others
    os.chdir("/work")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """mount(2); raises OSError."""
    names = [name and name.encode() for name in (source, target, kind)]
    call("mount", *names, ctypes.c_ulong(flags), options.encode())


def bind(source: str, target: str, flags: int = 0) -> None:
    """Show a folder or file under a second name."""
    mount(source, target, None, MS_BIND)
    if flags:
        mount(None, target, None, MS_REMOUNT | MS_BIND | flags | os.statvfs(target).f_flag & KEPT)


def mounts_below(places: Sequence[str]) -> list[Path]:
    """Return what is mounted somewhere in `places`, the outer before the inner ones."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()  # proc(5); spaces are written as \\040
    points = [Path(line.split()[4].encode().decode("unicode_escape")) for line in lines]
    return sorted(point for point in points if any(str(point).startswith(f"{place}/") for place in places))


def make_like(example: Path, point: Path) -> None:
    """Make a folder or a file that something like `example` can be mounted on."""
    for parent in reversed(point.parents):
        parent.mkdir(mode=0o755, exist_ok=True)
    if example.is_dir():
        point.mkdir(mode=0o755, exist_ok=True)
    elif not point.exists():
        point.touch()


def raise_loopback() -> None:
    """Switch on the only network interface there is, as bubblewrap does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        request = struct.pack("16sH14x", b"lo", 0)
        _, flags = struct.unpack("16sH14x", fcntl.ioctl(asked, SIOCGIFFLAGS, request))
        fcntl.ioctl(asked, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def drop(uid: int, root: bool, limits: dict[str, int], program: bytes) -> None:
    """Give up all rights for good, and accept the limits; raises unless the system says that it is so."""
    if not root:
        call("unshare", CLONE_NEWUSER)
        for name, text in (("setgroups", "deny"), ("gid_map", f"{uid} 0 1"), ("uid_map", f"{uid} 0 1")):
            Path("/proc/self", name).write_text(text)
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    if root:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    call("capset", struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24))
    for name, bound in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (bound, bound))
    call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # as after an exec: a process may look at its own /proc entries
    call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    instructions = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))  # struct sock_fprog
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, whole, 0, 0)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    if any(int(status[name], 16) != value for name, value in RIGHTLESS.items()):
        raise PermissionError("rights are left in the jail")


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library; raises OSError where it fails."""
    longs = [ctypes.c_ulong(value) if isinstance(value, int) and name == "prctl" else value for value in arguments]
    if getattr(libc, name)(*longs) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


def reap(kernel: int) -> NoReturn:
    """Be the first process: collect those that end, and end with the kernel and as it ended."""
    while True:
        pid, status = os.wait()
        if pid == kernel:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def run(module: str, *arguments: str) -> None:
    """Run a module as `python -m` does, in an interpreter that looks as if it had just started."""
    for path in Path("/files").iterdir():
        (shutil.copytree if path.is_dir() else shutil.copy)(path, Path("/work", path.name))
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # Python's own generator does so by itself after a fork
    sys.argv = [module, *arguments]
    sys.modules["__main__"] = types.ModuleType("__main__")
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
