"""Workers: they carry out calls of a function, one after the other in this process or side by side in a cluster.

The cluster is Dask's. It is either a local one, started at the first call and reached over an encrypted connection, or
one that already runs. A worker that dies is replaced, and its call is made again. A call that kills several workers
ends as an error of that call alone.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from autograder.compat.distributed import (
    forget_half_started_clusters,
    switch_off_diagnostics,
    switch_off_web_server,
)
from autograder.errors import CourseError

AHEAD = 2  # calls per worker that are handed out at once: no worker waits, and few calls are in memory
ATTEMPTS = 3  # at starting a cluster
WAIT = 30  # seconds for a cluster to answer
ENCRYPTED = (
    "{} is encrypted: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY to its certificate files."
)
GONE = "The cluster is gone: run the same command again to go on."
Outcome = Any  # the value that a call returned, or the exception that it raised


class WorkersError(CourseError):
    """The cluster cannot be used; the message is one sentence."""


class Workers:
    """Takes calls of a function, and gives back their outcomes in the order in which they end."""

    def __init__(self, function: Callable[..., Any], count: int = 1, scheduler: str = "") -> None:
        """Use `count` processes of this machine (1: this process), or those of the cluster at `scheduler`."""
        self.function, self.count, self.scheduler = function, count, scheduler
        self.calls: deque[tuple[str, tuple[Any, ...]]] = deque()  # to be made here
        self.futures: dict[Any, str] = {}  # being made by the cluster
        self.client: Any = None
        self.ends = contextlib.ExitStack()

    def __enter__(self) -> Workers:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give up pending calls and end the workers."""
        self.ends.close()

    @property
    def pending(self) -> int:
        """The number of calls whose outcome has not been given back."""
        return len(self.calls) + len(self.futures)

    @property
    def full(self) -> bool:
        """Whether enough calls are pending to keep every worker at work."""
        return self.pending >= (AHEAD * self.count if self.client else 1)

    def submit(self, tag: str, *arguments: Any) -> None:
        """Have the function called with `arguments`."""
        if self.count == 1 and not self.scheduler:
            self.calls.append((tag, arguments))
            return
        self.client = self.client or self._connect()
        with cluster_errors():
            self.futures[self.client.submit(self.function, *arguments, pure=False)] = tag

    def wait(self) -> tuple[str, Outcome]:
        """Return the tag and the outcome of the next call that ends; WorkersError if the cluster is gone."""
        if self.futures:
            return self._wait_for_cluster()
        tag, arguments = self.calls.popleft()
        try:
            return tag, self.function(*arguments)
        except Exception as error:  # any exception is the outcome of this call alone
            return tag, error

    def _connect(self) -> Any:
        from distributed import Client  # takes half a second of processor time: only if it is needed

        switch_off_diagnostics()
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # an error comes back as a call's outcome
        warnings.filterwarnings("ignore", "Sending large graph")  # a submission may be large
        try:
            client = self.ends.enter_context(Client(self.scheduler or self._cluster(), timeout=WAIT))
            client.wait_for_workers(1, timeout=WAIT)
        except (OSError, RuntimeError, TimeoutError, ValueError) as error:
            raise WorkersError(f"No cluster answers at {self.scheduler or 'this machine'} ({error}).") from error
        except TypeError as error:  # Dask has no certificate to show
            raise WorkersError(ENCRYPTED.format(self.scheduler)) from error
        if self.scheduler:
            self.count = sum(client.nthreads().values())
        return client

    def _cluster(self) -> Any:
        """Return a cluster on this machine. A worker that is killed at its start ends the cluster, so try again."""
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(RuntimeError):
                return self._local()
        return self._local()

    def _local(self) -> Any:
        from distributed import LocalCluster
        from distributed.security import Security

        switch_off_web_server()
        try:
            cluster = LocalCluster(
                n_workers=self.count,
                threads_per_worker=1,
                memory_limit=0,  # a worker's memory is bounded by the output that a kernel may send
                dashboard_address=None,
                local_directory=self.ends.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)),
                security=Security.temporary(),  # no other user of this machine can give the workers calls
                silence_logs=logging.CRITICAL,
            )
        except KeyboardInterrupt:
            forget_half_started_clusters()
            raise
        return self.ends.enter_context(cluster)

    def _wait_for_cluster(self) -> tuple[str, Outcome]:
        from distributed import wait

        with cluster_errors():
            future = next(iter(wait(list(self.futures), return_when="FIRST_COMPLETED").done))
            return self.futures.pop(future), future.exception() or future.result()


@contextlib.contextmanager
def cluster_errors() -> Iterator[None]:
    """Turn an error of the connection into one sentence: the cluster is gone."""
    from distributed import CancelledError

    try:
        yield
    except (CancelledError, OSError) as error:
        raise WorkersError(GONE) from error
