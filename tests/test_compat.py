"""Each private name that we use of another library still exists, with the meaning that we rely on.

A failure names what a new version changed. The uses are in autograder/compat/.
"""

import inspect
import io

import dask
import distributed
import pytest
import zmq
from distributed.deploy import spec
from ipykernel.iostream import IOPubThread, OutStream

from autograder.compat.distributed import DIAGNOSTICS_OFF
from autograder.compat.ipykernel import has_unsent_text


def test_ipykernel_keeps_unsent_text_in_a_private_buffer() -> None:
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        stream = OutStream(None, IOPubThread(socket), "stdout", watchfd=False)  # type: ignore[no-untyped-call]  # ipykernel's
    assert hasattr(stream, "_buffers"), "ipykernel has renamed OutStream._buffers, see autograder/compat/ipykernel.py"
    assert not has_unsent_text(stream), "ipykernel's new OutStream._buffers is not empty at the start"
    stream._buffers[frozenset()] = io.StringIO("text")
    assert has_unsent_text(stream), "ipykernel's OutStream._buffers no longer maps a cell's message to its text"


@pytest.mark.parametrize("setting", DIAGNOSTICS_OFF)
def test_dask_has_the_settings_of_its_diagnostics(setting: str) -> None:
    known = dask.config.get(setting, None) is not None
    assert known, f"Dask no longer has the setting {setting}, see autograder/compat/distributed.py"


def test_dask_starts_its_web_server_by_a_method_of_the_scheduler() -> None:
    method = inspect.getattr_static(distributed.node.ServerNode, "start_http_server", None)
    assert method, "Dask no longer has start_http_server, see autograder/compat/distributed.py"
    arguments = list(inspect.signature(method).parameters)
    assert arguments[:3] == ["self", "routes", "dashboard_address"], "Dask calls start_http_server in another way"


def test_dask_closes_clusters_at_exit_by_a_function_that_can_be_left_out() -> None:
    assert hasattr(spec, "close_clusters"), "Dask has renamed close_clusters, see autograder/compat/distributed.py"
    assert "@atexit.register\ndef close_clusters():" in inspect.getsource(spec), (
        "Dask no longer registers close_clusters"
    )
