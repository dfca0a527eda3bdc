"""Watch: what all processes of a kernel use together, looked at from outside in /proc, see proc(5).

A look has to be cheap whatever the student does: cheap figures come first, and what could be slow is bounded.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

SHARED = b"/dev/zero (deleted)\n"  # how /proc/PID/maps calls memory that is shared and no file's
# A page that N processes got by a fork counts N times at the quick look. Beyond this many times the bound, no exact
# look is taken, which would have to go over all those pages.
COPIES = 10


class Family:
    """The processes below another one, as they are now."""

    def __init__(self, pid: int) -> None:
        """Look at those that the process `pid` started, and that these started."""
        try:
            self.processes = psutil.Process(pid).children(recursive=True)
        except psutil.Error:
            self.processes = []
        self.statuses = [_bytes(process, "status") for process in self.processes]

    def cpu_seconds(self) -> float:
        """Return the time of these processes and of those that have ended and were waited for."""
        total = 0.0
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total

    def open_files(self, most: int) -> int:
        """Return how many descriptors they have; where all have room for no more than `most`, for how many."""
        room = sum(status.get("FDSize", 0) for status in self.statuses)
        return room if room <= most else sum(map(_open_files, self.processes))

    def mappings(self, most: int) -> tuple[int, int]:
        """Return how many memory mappings they have, and the bytes of memory that they share and no file holds.

        Shared memory lasts as long as it is mapped somewhere, and the system tells neither how much of it is filled nor
        by whom: its size counts. No more than `most` mappings are looked at.
        """
        number, sizes = 0, dict[bytes, int]()
        for process in self.processes:
            with contextlib.suppress(OSError), Path(f"/proc/{process.pid}/maps").open("rb") as lines:
                for line in lines:
                    number += 1
                    if line.endswith(SHARED):
                        span, _, _, _, inode, _ = line.split(maxsplit=5)
                        start, end = (int(place, 16) for place in span.split(b"-"))
                        sizes[inode] = max(sizes.get(inode, 0), end - start)
                    if number > most:
                        return number, sum(sizes.values())
        return number, sum(sizes.values())

    def exceeds(self, most: int) -> bool:
        """Return whether they have more than `most` bytes in memory for themselves, page tables and swap included."""
        tables = sum(status.get("VmPTE", 0) for status in self.statuses)
        quick = sum(status.get("RssAnon", 0) + status.get("VmSwap", 0) for status in self.statuses)
        if quick + tables <= most or quick > COPIES * most:
            return quick + tables > most
        shares = zip(self.processes, self.statuses, strict=True)
        return sum(_share(process, status) for process, status in shares) + tables > most


@dataclass(frozen=True)
class Namespace:
    """What the first process in a sandbox sees; where it has ended, all numbers are 0."""

    pid: int

    def files(self, mounted: str) -> tuple[int, int]:
        """Return how many files and folders a file system holds, and how many bytes."""
        try:
            status = os.statvfs(f"/proc/{self.pid}/root{mounted}")
        except OSError:
            return 0, 0
        return status.f_files - status.f_ffree, (status.f_blocks - status.f_bfree) * status.f_frsize

    def sockets(self) -> int:
        """Return how many sockets its network has."""
        try:
            return int(Path(f"/proc/{self.pid}/net/sockstat").read_text().split(maxsplit=3)[2])
        except OSError:
            return 0

    def terminals(self) -> int:
        """Return how many pseudoterminals are open."""
        try:
            return len(list(Path(f"/proc/{self.pid}/root/dev/pts").iterdir())) - 1  # ptmx
        except OSError:
            return 0


def _open_files(process: psutil.Process) -> int:
    try:
        return int(process.num_fds())
    except psutil.Error:
        return 0


def _share(process: psutil.Process, status: dict[str, int]) -> int:
    """Return the bytes that a process has for itself, a page that N processes share counted as its N-th part."""
    try:
        exact = _bytes(process, "smaps_rollup")
    except PermissionError:  # a process may make itself one that is not to be looked at
        exact = {"Pss_Anon": status.get("RssAnon", 0), "SwapPss": status.get("VmSwap", 0)}
    return exact.get("Pss_Anon", 0) + exact.get("SwapPss", 0)


def _bytes(process: psutil.Process, file: str) -> dict[str, int]:
    """Return the numbers in a file in /proc by name, in bytes where it has kB; none where the process has ended."""
    numbers = {}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{process.pid}/{file}").read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            number, *unit = value.split() or [""]
            if number.isdecimal():
                numbers[name] = int(number) * (1024 if unit == ["kB"] else 1)
    return numbers
