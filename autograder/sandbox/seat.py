"""Seat: what a kernel has to itself on this machine, a user id and cores.

The system bounds how many processes a user has: two kernels of one user would share that bound. It shares a core among
sessions (sched_autogroup(7)), and student code makes as many sessions as it likes: on cores of its own it takes no time
from another kernel. Control groups would do without, but take root or a delegation that few machines have.

Something is taken while an abstract socket of its name is bound (unix(7)), which ends with this process, however that
ends. In another container these sockets are not seen, and cores may be shared.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket

from autograder.errors import CourseError

NOBODY = 65534  # the user id inside a user namespace
FIRST_UID, UIDS = 20_000, 200  # user ids that root hands out, one per kernel
LAYERS = 200  # kernels that share a core at most


class Seat:
    """A user id, which is NOBODY unless root hands it out, and cores, which are all of them if none are asked for."""

    def __init__(self, cores: int = 0) -> None:
        """Take a user id and `cores` cores: those that the fewest kernels have."""
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
        """Return whether nobody had what this name stands for."""
        held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            held.bind(f"\0autograder-{name}")
        except OSError:
            held.close()
            return False
        self.sockets.enter_context(held)
        return True

    def close(self) -> None:
        """Give it back."""
        self.sockets.close()
