"""Deadline: a time limit whose clock stands still while a kernel waits for a processor that others have."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import psutil

PATIENCE = 3  # how many times its own length a limit is prolonged at most


class Share(NamedTuple):
    """What a thread had of the processors."""

    used: float  # seconds on a processor
    waited: float  # seconds of waiting for one


class Deadline:
    """A limit of so many seconds. Time in which the kernel was ready to run and had no processor does not count."""

    def __init__(self, pid: int | None, seconds: float, why: str) -> None:
        """Begin now, for the process `pid` and all below it; `why` says what it means if the limit is met."""
        self.pid, self.seconds, self.why = pid, seconds, why
        self.began = monotonic()
        self.ends = self.began + seconds
        self.starved = False  # whether it was prolonged as far as it goes
        self._before: Mapping[int, Share] | None = None

    def look(self) -> None:
        """Note what the kernel has had of the processors so far. That takes milliseconds: most cells end before."""
        if self._before is None:
            self._before = shares(self.pid)

    def passed(self) -> bool:
        """Return whether the time is up."""
        if monotonic() < self.ends:
            return False
        lost = self._lost()
        self.starved = lost > PATIENCE * self.seconds
        self.ends = self.began + self.seconds + min(lost, PATIENCE * self.seconds)
        return monotonic() >= self.ends

    def _lost(self) -> float:
        """Return for how many seconds the thread that waited longest waited for a processor that others had."""
        wall, before = monotonic() - self.began, self._before or {}
        changes = [
            Share(now.used - then.used, now.waited - then.waited)
            for task, now in shares(self.pid).items()
            for then in [before.get(task, Share(0, 0))]
        ]
        own = sum(change.used for change in changes) / (os.cpu_count() or 1)
        return max(0, min(max((change.waited for change in changes), default=0), wall - own))


def shares(pid: int | None) -> dict[int, Share]:
    """Return thread id -> its share, of a process and all below it; nothing where the system does not tell.

    See https://docs.kernel.org/scheduler/sched-stats.html on /proc/PID/task/TID/schedstat.
    """
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)] if pid else []
    except psutil.Error:
        return {}
    result: dict[int, Share] = {}
    for process in family:
        for task in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
            try:
                used, waited, _ = task.read_text().split()
            except (OSError, ValueError):  # it has ended
                continue
            result[int(task.parent.name)] = Share(int(used) / 1e9, int(waited) / 1e9)
    return result
