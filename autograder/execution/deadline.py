"""Measures a time limit whose clock stops while a kernel waits for a processor that others use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import psutil

MOST_EXTENSION = 3  # a limit is extended by at most this many times its own length


class Share(NamedTuple):
    """The processor time of a thread."""

    used: float  # seconds on a processor
    waited: float  # seconds of waiting for one


class Deadline:
    """A time limit. Time in which the kernel was ready to run but had no processor does not count."""

    def __init__(self, pid: int | None, seconds: float, why: str) -> None:
        """Start the clock.

        Args:
            pid: the process that is watched, with all its descendants; None if it is not known.
            seconds: the limit.
            why: what to tell if the limit is reached.
        """
        self.pid, self.seconds, self.why = pid, seconds, why
        self.began = monotonic()
        self.ends = self.began + seconds
        self.starved = False  # whether the limit was extended as far as possible
        self._before: Mapping[int, Share] | None = None

    def look(self) -> None:
        """Note the kernel's processor time so far, once. It takes milliseconds, and most cells end before."""
        if self._before is None:
            self._before = processor_shares(self.pid)

    def passed(self) -> bool:
        """Return whether the limit has been reached, after extending it by the time that the kernel lost."""
        if monotonic() < self.ends:
            return False
        lost = self._lost()
        self.starved = lost > MOST_EXTENSION * self.seconds
        self.ends = self.began + self.seconds + min(lost, MOST_EXTENSION * self.seconds)
        return monotonic() >= self.ends

    def _lost(self) -> float:
        """Return how many seconds the longest-waiting thread waited for a processor that others used."""
        wall, before = monotonic() - self.began, self._before or {}
        changes = [
            Share(now.used - then.used, now.waited - then.waited)
            for task, now in processor_shares(self.pid).items()
            for then in [before.get(task, Share(0, 0))]
        ]
        own = sum(change.used for change in changes) / (os.cpu_count() or 1)
        return max(0, min(max((change.waited for change in changes), default=0), wall - own))


def processor_shares(pid: int | None) -> dict[int, Share]:
    """Return thread id -> its share, for a process and its descendants. It is empty if the system does not tell.

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
