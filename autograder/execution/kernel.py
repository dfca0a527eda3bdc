"""Starts the kernel of one notebook, in the sandbox unless that is off, and ends it."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_core.utils import run_sync

from autograder.execution.client import BoundedManager, Connection, make_manager
from autograder.sandbox.preparation import COLD, Preparation
from autograder.sandbox.provisioner import DIED, KernelLostError, SandboxProvisioner

DEFAULT_KERNEL = "python3"
KILLED = DIED.format("SIGKILL")
# What a kernel logs on its own start does not concern the instructor.
LOG_ERRORS_ONLY = "--IPKernelApp.log_level=ERROR"
LOOK_SECONDS = 0.5  # between two looks at a kernel's processes


@dataclass(frozen=True)
class KernelSettings:
    """How to start a kernel, and what it may send."""

    config: Any  # the course's configuration
    most_bytes: int  # that it may send
    largest_content: int  # bytes of a message's content that is unpacked
    isolation: bool = True  # whether it runs in the sandbox
    preparation: Preparation = COLD  # makes its start faster in the sandbox
    arguments: tuple[str, ...] = ()  # that are added to its command
    history_file: str = ":memory:"  # of IPython; the default avoids a file
    folder: str | None = None  # the notebook's folder
    environment: Mapping[str, str] = field(default_factory=dict)  # added to the grader's own, outside the sandbox
    start_seconds: float | None = None  # until it has to answer


def kernel_spec(config: Any, name: str) -> KernelSpec:
    """Return how to start the kernel called `name`, or the default one if this machine has no such kernel.

    A course may name the kernel of the machine on which it was written.
    """
    specs = KernelSpecManager(config=config)
    try:
        return copy.deepcopy(specs.get_kernel_spec(name))
    except NoSuchKernel:
        return copy.deepcopy(specs.get_kernel_spec(DEFAULT_KERNEL))


def make_kernel(settings: KernelSettings, name: str) -> BoundedManager:
    """Return the manager of a kernel that has not been started."""
    spec = kernel_spec(settings.config, name)
    if any("ipykernel" in word for word in spec.argv) and not any("log_level" in word for word in settings.arguments):
        spec.argv = [*spec.argv, LOG_ERRORS_ONLY]
    if settings.isolation:
        spec.interrupt_mode = "message"  # a signal would end the sandbox
    manager = make_manager(settings.config, spec, settings.most_bytes, settings.largest_content)
    if settings.isolation:
        provisioner = SandboxProvisioner(kernel_id=name, kernel_spec=spec, parent=manager)
        provisioner.preparation = settings.preparation
        manager.provisioner = provisioner
    return manager


@contextlib.contextmanager
def running_kernel(settings: KernelSettings, name: str) -> Iterator[tuple[BoundedManager, Connection]]:
    """Run a kernel for as long as the context lasts.

    Args:
        settings: how to start it, and what it may send.
        name: the name of its kernel specification.

    Yields:
        Its manager, and the connection to it.

    Raises:
        KernelLostError: it did not start.
    """
    manager = make_kernel(settings, name)
    arguments = list(settings.arguments)
    if settings.history_file and not any(word.startswith("--HistoryManager.hist_file") for word in arguments):
        arguments.append(f"--HistoryManager.hist_file={settings.history_file}")
    options = {"cwd": settings.folder} if settings.folder else {}
    environment = {**os.environ, **settings.environment}
    connection: Connection | None = None
    client: Any = None
    exceeded: list[str] = []  # the bound that the kernel exceeded before it answered, if any
    try:
        run_sync(manager.start_kernel)(extra_arguments=arguments, env=environment, **options)
        client = run_sync(_connect)(manager)
        try:
            run_sync(_wait_for_answer)(manager, client, settings.start_seconds, exceeded)
        except RuntimeError as problem:
            run_sync(_end)(manager, client)
            client, last_words = None, getattr(manager.provisioner, "last_words", None)
            reason = exceeded[0] if exceeded else last_words or "it said nothing"
            raise KernelLostError(f"A kernel did not start: {problem}: {reason}.") from problem
        connection = Connection(client)
        yield manager, connection
    finally:
        if connection is not None:
            connection.close()
        run_sync(_end)(manager, client)
        manager.close_sockets()


async def _connect(manager: BoundedManager) -> Any:
    """Return a client of a kernel that has started."""
    client = manager.client()
    client.allow_stdin = False
    client.start_channels()
    return client


async def _wait_for_answer(manager: BoundedManager, client: Any, seconds: float | None, exceeded: list[str]) -> None:
    """Wait for the kernel's first answer. Raises RuntimeError if there is none.

    Files next to the notebook can make a kernel run them before it answers, so bounds are watched meanwhile.
    """
    watch = asyncio.ensure_future(_kill_above_bound(manager.provisioner, exceeded))
    try:
        await client.wait_for_ready(timeout=seconds)
    finally:
        watch.cancel()


async def _kill_above_bound(provisioner: Any, exceeded: list[str]) -> None:
    """Kill a kernel as soon as it exceeds a bound, and add the bound to `exceeded`."""
    while isinstance(provisioner, SandboxProvisioner):
        await asyncio.sleep(LOOK_SECONDS)
        if bound := provisioner.exceeded_bound():
            exceeded.append(bound)
            await provisioner.kill()
            return


async def _end(manager: BoundedManager, client: Any) -> None:
    """Kill a kernel if it runs, and remove everything that it used."""
    if await manager.is_alive():
        await manager.shutdown_kernel(now=True)
    await manager.cleanup_resources()
    if client is not None:
        client.stop_channels()


def cause_of_death(provisioner: Any) -> str:
    """Return why a kernel died.

    Raises:
        KernelLostError: something other than the notebook killed it.
    """
    code = provisioner.process.poll() if provisioner.process else None
    if isinstance(provisioner, SandboxProvisioner):
        return provisioner.cause_of_death(code)
    return KILLED if code == -9 else f"the kernel died (exit code {code})"  # Windows has no SIGKILL
