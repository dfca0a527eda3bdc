"""Calls that are spread over workers."""

import contextlib
import os
import socket
import warnings

import psutil
import pytest

from autograder.grading.workers import Workers, WorkersError

SIZE = 300_000  # bytes, as much as a submission
MANY = 300


def test_what_has_been_carried_out_is_not_kept_in_memory() -> None:
    held = []
    with Workers(len, count=2) as workers:
        for number in range(MANY):
            workers.submit(str(number), bytes(SIZE))
            assert workers.wait() == (str(number), SIZE)
            held.append(psutil.Process().memory_info().rss)
    assert held[-1] - held[MANY // 4] < MANY * SIZE / 4


def test_a_cluster_of_this_machine_opens_no_port_for_pages_and_says_nothing_of_one(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as other, warnings.catch_warnings(), Workers(os.getpid, count=2) as workers:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # it is in use already, by another program
            other.bind(("127.0.0.1", 8787))
            other.listen()
        warnings.simplefilter("error")
        before = ports()
        workers.submit("one")
        workers.wait()
        assert len(ports() - before) == 3, "the scheduler's, and one for each worker"
    assert capfd.readouterr().err == ""


def ports() -> set[int]:
    """Return the ports that this process listens on."""
    return {one.laddr.port for one in psutil.Process().net_connections() if one.status == psutil.CONN_LISTEN}


def test_an_encrypted_cluster_without_certificates_is_told_in_one_sentence() -> None:
    with Workers(len, scheduler="tls://127.0.0.1:1") as workers, pytest.raises(WorkersError) as told:
        workers.submit("one", "x")
    assert str(told.value).startswith("tls://127.0.0.1:1 is encrypted: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, ")
