"""Uses private names of Dask's distributed: settings for debugging, its web server, and its cleanup at exit."""

from __future__ import annotations

import atexit

# Dask's diagnostics. Nobody reads them here, and they cost time or memory. Dask documents no public way to switch them
# off together, and calls these settings internal.
DIAGNOSTICS_OFF = {
    "distributed.admin.low-level-log-length": 10,  # messages kept (default: 1000), each with a submission
    "distributed.admin.tick.interval": "1s",  # between two looks at the event loop (default: 20 ms)
    "distributed.worker.profile.enabled": False,  # would look at each thread's stack every 10 ms
}


def switch_off_diagnostics() -> None:
    """Switch off what Dask measures for people who debug it."""
    import dask  # takes half a second, so it is imported only if a cluster is needed

    dask.config.set(DIAGNOSTICS_OFF)


def switch_off_web_server() -> None:
    """Keep schedulers of this process from opening an HTTP port.

    `dashboard_address=None` still opens one. All users of the machine could open its pages, and port 8787 may be taken.
    """
    from distributed import Scheduler

    Scheduler.start_http_server = lambda *_, **__: None


def forget_half_started_clusters() -> None:
    """Leave out Dask's cleanup at exit, which fails with a traceback if a cluster is still starting."""
    from distributed.deploy.spec import close_clusters

    atexit.unregister(close_clusters)
