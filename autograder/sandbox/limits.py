"""Holds the limits of a sandbox that Linux itself enforces."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000
WRITABLE = "/dev/shm", "/tmp", "/work", "/kernel"  # the folders where a kernel may write
PENDING_SIGNALS = 1000  # per user, with all timers


@dataclass(frozen=True)
class Limits:
    """What a process in the sandbox may use. The values are the settings of SandboxProvisioner."""

    memory: int  # bytes of address space per process
    processes: int  # processes and threads together
    cpu: int  # CPU seconds per process
    file: int  # bytes per file
    folder: int  # bytes in each of the WRITABLE folders
    open_files: int  # per process

    def by_name(self) -> dict[str, int]:
        """Return each limit of a process under the name that prlimit(1) has for it."""
        return {
            "as": self.memory,
            "nproc": self.processes,
            "cpu": self.cpu,
            "fsize": self.file,
            "nofile": self.open_files,
            "core": 1,  # byte: with 0, Linux still starts the machine's own program for core dumps, see core(5)
            "msgqueue": 0,
            "memlock": MEGABYTE,
            "sigpending": PENDING_SIGNALS,
            "rtprio": 0,
            "nice": 0,
        }

    def prlimit(self) -> list[str]:
        """Return the command that sets the limits and then runs the words after it."""
        return ["prlimit", *(f"--{name}={value}:{value}" for name, value in self.by_name().items()), "--"]
