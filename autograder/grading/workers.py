"""Workers: calls of a function, carried out one after the other here or side by side by the workers of a cluster.

A cluster is Dask's: a local one, started at the first call and talked to over an encrypted connection, or one that
runs already. A worker that dies is replaced and its call made again; a call that kills worker after worker comes back
as an error of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from autograder.errors import CourseError

AHEAD = 2  # calls a worker that are handed out before one has come back: none waits, and few are in memory
# What Dask does for those who look for its faults: here it would cost processor time or memory.
QUIET = {
    "distributed.admin.low-level-log-length": 10,  # messages kept; unless set, 1000, each with a submission
    "distributed.admin.tick.interval": "1s",  # from one look at the event loop to the next; unless set, 20 ms
    "distributed.worker.profile.enabled": False,  # looks at each thread's stack every 10 ms
}
ATTEMPTS = 3  # at starting a cluster
WAIT = 30  # seconds for a cluster to answer
ENCRYPTED = (
    "{} is encrypted: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY to its certificate files."
)
GONE = "The cluster is gone: run the same command again to go on."
Outcome = Any  # what a call returned, or the exception it ended with


class WorkersError(CourseError):
    """The cluster cannot be used; the message is one sentence."""


class Workers:
    """Takes calls of a function, and gives back what they came to, in the order in which they end."""

    def __init__(self, function: Callable[..., Any], count: int = 1, scheduler: str = "") -> None:
        """Use `count` processes of this machine, one being this one, or those of the cluster at `scheduler`."""
        self.function, self.count, self.scheduler = function, count, scheduler
        self.calls: deque[tuple[str, tuple[Any, ...]]] = deque()  # to be made here
        self.futures: dict[Any, str] = {}  # being made by the cluster
        self.client: Any = None
        self.ends = contextlib.ExitStack()

    def __enter__(self) -> Workers:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give up what is pending and end the workers."""
        self.ends.close()

    @property
    def pending(self) -> int:
        """How many calls have not been given back."""
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
        """Return the tag and the outcome of the next call that ends; WorkersError where the cluster is gone."""
        if self.futures:
            return self._wait_for_cluster()
        tag, arguments = self.calls.popleft()
        try:
            return tag, self.function(*arguments)
        except Exception as error:  # whatever it is, it is the outcome of this call alone
            return tag, error

    def _connect(self) -> Any:
        import dask  # takes half a second of processor time: only where it is needed
        from distributed import Client

        dask.config.set(QUIET)
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what goes wrong is told as a call's outcome
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
        """Return a cluster of this machine; a worker that is killed while it starts takes down one that starts."""
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(RuntimeError):
                return self._local()
        return self._local()

    def _local(self) -> Any:
        from distributed import LocalCluster, Scheduler
        from distributed.deploy.spec import close_clusters
        from distributed.security import Security

        # Nobody asks a scheduler for pages here. Its port would be open to all users, and 8787 may be taken.
        Scheduler.start_http_server = lambda *_, **__: None
        try:
            cluster = LocalCluster(
                n_workers=self.count,
                threads_per_worker=1,
                memory_limit=0,  # what a worker holds is bounded by what a kernel may send
                dashboard_address=None,
                local_directory=self.ends.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)),
                security=Security.temporary(),  # no other user of this machine can order the workers about
                silence_logs=logging.CRITICAL,
            )
        except KeyboardInterrupt:
            atexit.unregister(close_clusters)  # fails, with a traceback, at a cluster that is half started
            raise
        return self.ends.enter_context(cluster)

    def _wait_for_cluster(self) -> tuple[str, Outcome]:
        from distributed import wait

        with cluster_errors():
            future = next(iter(wait(list(self.futures), return_when="FIRST_COMPLETED").done))
            return self.futures.pop(future), future.exception() or future.result()


@contextlib.contextmanager
def cluster_errors() -> Iterator[None]:
    """Say in one sentence that the cluster has not been reached."""
    from distributed import CancelledError

    try:
        yield
    except (CancelledError, OSError) as error:
        raise WorkersError(GONE) from error
