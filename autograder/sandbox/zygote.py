"""Imports what an assignment imports, and forks kernels from itself, each into a jail.

This is a script that runs inside bubblewrap. It needs only Python, and `zygotes` starts it and talks to it. The zygote
keeps the capabilities that building a jail takes. A kernel gives all of them up before it runs student code. Kernels
share nothing: each has its own processes, mounts, network, System V objects, and writable folders.

    zygote.py CONTROL SETUP    descriptors: a socket for requests, and a file with one JSON object (`Setup`)

It first answers "ready", or why it is not. A request is a JSON object (`Request`) with two descriptors. One is a file
for the kernel's stderr. The other is a socket, on which the kernel's process identifies itself and on which its exit
code follows. The kernel is killed when the other end of that socket is closed or shut down.
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
from pathlib import Path
from typing import NoReturn, TypedDict

# mount(2), <linux/mount.h>
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 262144
RESTRICTIONS = MS_NOSUID | MS_NODEV | MS_NOEXEC  # a mount has to keep these; the same bits as in statvfs(3)
# unshare(2), <linux/sched.h>
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 1 << 17, 1 << 27, 1 << 28, 1 << 29, 1 << 30
# prctl(2), <linux/prctl.h>
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 38, 47, 4, 2
CAPABILITY_VERSION_3 = 0x20080522  # capget(2)
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # netdevice(7)
COVERED = "sys", "sysrq-trigger", "irq", "bus"  # parts of /proc that are read-only, as in bubblewrap
WITHOUT_RIGHTS = {"CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0, "NoNewPrivs": 1, "Seccomp": 2}
LARGEST_REQUEST = 65536  # bytes
NO_JAIL = 125  # exit code if a jail could not be built

libc = ctypes.CDLL(None, use_errno=True)


class Setup(TypedDict):
    """What all kernels of a zygote share."""

    modules: list[str]  # names of modules to import
    root: bool  # whether the zygote is root outside, not only in a user namespace
    places: list[str]  # the folders where a kernel may write
    filter: str  # the seccomp program, base64


class Request(TypedDict):
    """One kernel."""

    folder: str  # the name of its folder in /kernels, which holds connection/ and files/
    uid: int  # the user and group id of the kernel
    cores: list[int]  # that it may use; none named means all
    size: int  # bytes of each writable folder
    limits: dict[str, int]  # name as in prlimit(1) -> limit
    argv: list[str]  # the module to run as `python -m` does, and its arguments; empty to try only the jail


def main() -> None:
    """Import, then fork on request. Returns when the grader is gone, or in a kernel when the kernel ends."""
    control = socket.socket(fileno=int(sys.argv[1]))
    with os.fdopen(int(sys.argv[2])) as file:
        setup: Setup = json.load(file)
    del sys.path[0]  # the folder of this script
    import_all(setup["modules"])
    threads = len(list(Path("/proc/self/task").iterdir()))
    control.send(b"ready" if threads == 1 else f"its imports started {threads - 1} threads".encode())
    kernel = serve(control, setup)
    if kernel is not None:
        del control, setup
        run(*kernel["argv"])


def import_all(names: list[str]) -> None:
    """Import modules by name. Modules that the reference created in another way are left to the kernel."""
    gc.disable()
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(BaseException):  # a module may end the process that imports it
                importlib.import_module(name)
    for module in list(sys.modules.values()):
        with contextlib.suppress(BaseException):
            hasattr(module, "__file__")  # loads lazy modules now: each starting kernel asks this
    inspect.getmodule(compile("", "<nowhere>", "exec"))  # fills its cache, as the first error would
    gc.collect()
    gc.freeze()  # keeps the first collection in each kernel from copying every page
    gc.enable()


def serve(control: socket.socket, setup: Setup) -> Request | None:
    """Fork a kernel for each request. Returns the request in the kernel, None in the zygote when the grader closes."""
    own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    running: dict[int, tuple[int, socket.socket]] = {}  # descriptors of a kernel's process and socket -> both
    while True:
        for descriptor, _ in poll.poll():
            if descriptor != control.fileno():
                finish(running, descriptor, poll)
                continue
            message, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 2)
            if not message:
                return None
            request: Request = json.loads(message)
            # Only the next child is the first process of a new process namespace.
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
    """End a kernel whose socket has closed or whose process has ended, and send its exit code."""
    if descriptor not in running:  # its other descriptor was ready at the same time
        return
    process, status = running[descriptor]
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGKILL)
    ended = os.waitid(os.P_PIDFD, process, os.WEXITED)
    assert ended is not None  # only with WNOHANG it could be
    code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    with contextlib.suppress(OSError):
        status.send(str(code).encode())
    for watched in (process, status.fileno()):
        poll.unregister(watched)
        del running[watched]
    os.close(process)
    status.close()


def begin(request: Request, setup: Setup, status: int, stderr: int) -> None:
    """Build a jail whose first process is this one. Returns in its only child, the kernel."""
    try:
        with socket.socket(fileno=status) as own:
            own.send(b"started")  # arrives with the process id that this process has outside
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number, descriptor in enumerate((nothing, nothing, stderr)):
            os.dup2(descriptor, number)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        if request["cores"]:
            os.sched_setaffinity(0, request["cores"])
        build(request["folder"], setup["places"], request["size"], setup["root"])
        drop(request["uid"], setup["root"], request["limits"], base64.b64decode(setup["filter"]))
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # others cannot signal the first process
        kernel = os.fork()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(NO_JAIL)
    if kernel:
        reap(kernel)
    if not request["argv"]:
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def build(folder: str, places: list[str], size: int, root: bool) -> None:
    """Give this process its own mounts, network and System V objects."""
    call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET)
    raise_loopback()
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc", RESTRICTIONS)
    for covered in (f"/proc/{name}" for name in COVERED if root and Path("/proc", name).exists()):
        bind(covered, covered, MS_RDONLY)
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    below = [(point, os.open(point, os.O_PATH)) for point in mounts_below(places)]
    for place in places:
        mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={size}")
    for point, descriptor in below:  # for example, a Python environment in /tmp
        make_like(Path(f"/proc/self/fd/{descriptor}"), point)
        bind(f"/proc/self/fd/{descriptor}", str(point))
        os.close(descriptor)
    for name in ("connection", "files"):
        bind(f"/kernels/{folder}/{name}", f"/{name}", MS_RDONLY)
    mount("tmpfs", "/kernels", "tmpfs", RESTRICTIONS | MS_RDONLY, "mode=0,size=4096")  # hides other kernels' folders
    os.chdir("/work")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Call mount(2). Raises OSError."""
    names = [name and name.encode() for name in (source, target, kind)]
    call("mount", *names, ctypes.c_ulong(flags), options.encode())


def bind(source: str, target: str, flags: int = 0) -> None:
    """Show a folder or file under a second name."""
    mount(source, target, None, MS_BIND)
    if flags:
        mount(None, target, None, MS_REMOUNT | MS_BIND | flags | os.statvfs(target).f_flag & RESTRICTIONS)


def mounts_below(places: list[str]) -> list[Path]:
    """Return the mount points below `places`, outer ones before inner ones."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()  # see proc(5): a space is written as \\040
    points = [Path(line.split()[4].encode().decode("unicode_escape")) for line in lines]
    return sorted(point for point in points if any(str(point).startswith(f"{place}/") for place in places))


def make_like(example: Path, point: Path) -> None:
    """Make a folder or a file on which `example` can be mounted."""
    for parent in reversed(point.parents):
        parent.mkdir(mode=0o755, exist_ok=True)
    if example.is_dir():
        point.mkdir(mode=0o755, exist_ok=True)
    elif not point.exists():
        point.touch()


def raise_loopback() -> None:
    """Switch on the loopback interface, the only one, as bubblewrap does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        _, flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def drop(uid: int, root: bool, limits: dict[str, int], program: bytes) -> None:
    """Give up all rights for good, and set the limits. Raises an error unless the system confirms it."""
    if not root:
        call("unshare", CLONE_NEWUSER)
        for name, text in (("setgroups", "deny"), ("gid_map", f"{uid} 0 1"), ("uid_map", f"{uid} 0 1")):
            Path("/proc/self", name).write_text(text)
    for capability in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    if root:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    call("capset", struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24))
    for name, bound in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (bound, bound))
    call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # as after an exec, so that it can read its own /proc entries
    call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    instructions = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))  # struct sock_fprog
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, whole, 0, 0)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    if any(int(status[name], 16) != value for name, value in WITHOUT_RIGHTS.items()):
        raise PermissionError("rights are left in the jail")


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library. Raises OSError if it fails."""
    longs = [ctypes.c_ulong(value) if isinstance(value, int) and name == "prctl" else value for value in arguments]
    if getattr(libc, name)(*longs) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


def reap(kernel: int) -> NoReturn:
    """Act as the first process: collect ended processes, and end together with the kernel, with its exit code."""
    while True:
        pid, status = os.wait()
        if pid == kernel:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def run(module: str, *arguments: str) -> None:
    """Run a module as `python -m` does, in an interpreter that looks freshly started."""
    for path in Path("/files").iterdir():
        (shutil.copytree if path.is_dir() else shutil.copy)(path, Path("/work", path.name))
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # Python's own generator reseeds itself after a fork
    sys.argv = [module, *arguments]
    sys.modules["__main__"] = types.ModuleType("__main__")
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
