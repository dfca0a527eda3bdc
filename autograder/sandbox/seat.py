"""Gives each kernel on this machine its own user id and cores.

Linux bounds the number of processes per user, so two kernels of one user would share that bound. Linux also divides a
core among sessions (sched_autogroup(7)), and student code can start any number of sessions. On its own cores it takes
no time from other kernels. Control groups would do the same, but need root or a delegation that few machines have.

A user id or a core is taken while an abstract socket with its name is bound (unix(7)). The socket vanishes with this
process, however it ends. Containers do not see each other's sockets, so their kernels may share cores.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket

from autograder.errors import CourseError

NOBODY = 65534  # the user id inside a user namespace
FIRST_UID, UIDS = 20_000, 200  # user ids that root hands out, one per kernel
LAYERS = 200  # at most this many kernels share a core


class Seat:
    """A kernel's user id (NOBODY unless the grader is root) and its cores."""

    def __init__(self, cores: int = 0) -> None:
        """Take a user id and `cores` cores, those with the fewest kernels. 0 cores means all."""
        self.sockets = contextlib.ExitStack()
        self.uid = self._user() if os.getuid() == 0 else NOBODY
        self.cores = self._cores(cores) or sorted(os.sched_getaffinity(0))

    def _user(self) -> int:
        first = random.randrange(UIDS)
        for number in range(UIDS):
            uid = FIRST_UID + (first + number) % UIDS
            if self._take(str(uid)):
                return uid
        raise CourseError(f"{UIDS} kernels run on this machine: no user id is left for another one.")

    def _cores(self, number: int) -> list[int]:
        taken: list[int] = []
        for layer in range(LAYERS):
            for core in sorted(os.sched_getaffinity(0)):
                if len(taken) < number and core not in taken and self._take(f"core-{core}-{layer}"):
                    taken.append(core)
        return taken

    def _take(self, name: str) -> bool:
        """Take the thing with this name, and return whether it was free."""
        held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            held.bind(f"\0autograder-{name}")
        except OSError:
            held.close()
            return False
        self.sockets.enter_context(held)
        return True

    def close(self) -> None:
        """Give the user id and the cores back."""
        self.sockets.close()
