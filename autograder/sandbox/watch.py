"""Measures from outside what all processes of a kernel use together, in /proc, see proc(5).

A look has to be cheap whatever the student does. Cheap figures come first, and slow ones are bounded.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

SHARED_MEMORY = b"/dev/zero (deleted)\n"  # end of a line in /proc/PID/maps for shared memory without a file
# The exact look takes time for every page. It is left out if the quick look found more than this many times the bound.
FAR_ABOVE = 10


class Family:
    """The descendants of a process, as they are now."""

    def __init__(self, pid: int) -> None:
        """Find the descendants of the process `pid`."""
        try:
            self.processes = psutil.Process(pid).children(recursive=True)
        except psutil.Error:
            self.processes = []
        self.statuses = [_bytes(process, "status") for process in self.processes]

    def cpu_seconds(self) -> float:
        """Return the CPU time of these processes and of their ended children that were waited for."""
        total = 0.0
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total

    def open_files(self, most: int) -> int:
        """Return how many files they have open, or an upper bound if that is at most `most`."""
        room = sum(status.get("FDSize", 0) for status in self.statuses)
        return room if room <= most else sum(map(_open_files, self.processes))

    def mappings(self, most: int) -> tuple[int, int]:
        """Count memory mappings and shared memory.

        Shared memory lasts as long as some process maps it. Linux does not tell how much of it is filled, or by whom,
        so its whole size counts.

        Args:
            most: after this many mappings, the look ends.

        Returns:
            The number of mappings, and the bytes of shared memory that belongs to no file.
        """
        number, sizes = 0, dict[bytes, int]()
        for process in self.processes:
            with contextlib.suppress(OSError), Path(f"/proc/{process.pid}/maps").open("rb") as lines:
                for line in lines:
                    number += 1
                    if line.endswith(SHARED_MEMORY):
                        span, _, _, _, inode, _ = line.split(maxsplit=5)
                        start, end = (int(place, 16) for place in span.split(b"-"))
                        sizes[inode] = max(sizes.get(inode, 0), end - start)
                    if number > most:
                        return number, sum(sizes.values())
        return number, sum(sizes.values())

    def exceeds(self, most: int) -> bool:
        """Return whether they use more than `most` bytes of private memory, with page tables and swap.

        RssAnon counts a forked page once per process, so it is an upper bound. Only if it is too high do we read
        Pss_Anon, which is exact but slow.
        """
        tables = sum(status.get("VmPTE", 0) for status in self.statuses)
        quick = sum(status.get("RssAnon", 0) + status.get("VmSwap", 0) for status in self.statuses)
        if quick + tables <= most or quick > FAR_ABOVE * most:
            return quick + tables > most
        shares = zip(self.processes, self.statuses, strict=True)
        return sum(_share(process, status) for process, status in shares) + tables > most


@dataclass(frozen=True)
class Namespace:
    """What the first process in a sandbox sees. All numbers are 0 if it has ended."""

    pid: int

    def files(self, mounted: str) -> tuple[int, int]:
        """Return the number of files and folders in a file system, and their bytes."""
        try:
            status = os.statvfs(f"/proc/{self.pid}/root{mounted}")
        except OSError:
            return 0, 0
        return status.f_files - status.f_ffree, (status.f_blocks - status.f_bfree) * status.f_frsize

    def sockets(self) -> int:
        """Return the number of sockets in its network."""
        try:
            return int(Path(f"/proc/{self.pid}/net/sockstat").read_text().split(maxsplit=3)[2])
        except OSError:
            return 0

    def terminals(self) -> int:
        """Return the number of open pseudoterminals."""
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
    """Return the bytes of a process's private memory. A page that N processes share counts one N-th."""
    try:
        exact = _bytes(process, "smaps_rollup")
    except PermissionError:  # a process can forbid others to read this
        exact = {"Pss_Anon": status.get("RssAnon", 0), "SwapPss": status.get("VmSwap", 0)}
    return exact.get("Pss_Anon", 0) + exact.get("SwapPss", 0)


def _bytes(process: psutil.Process, file: str) -> dict[str, int]:
    """Return name -> number from a file in /proc, kB as bytes. It is empty if the process has ended."""
    numbers = {}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{process.pid}/{file}").read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            number, *unit = value.split() or [""]
            if number.isdecimal():
                numbers[name] = int(number) * (1024 if unit == ["kB"] else 1)
    return numbers
