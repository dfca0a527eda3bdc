"""Connects to a kernel that may be hostile: counts and bounds what it sends, and notices when it hangs up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from queue import Empty
from time import monotonic
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from traitlets import Instance, Int, Type
from zmq.utils.monitor import parse_monitor_message

SMALLEST_MESSAGE = 500  # bytes that an empty message counts
LARGEST_HEADER = 100_000  # bytes of the parts of a message that say which cell it answers
TOO_MUCH_OUTPUT = "it sent more than {:.0f} MB of output"
RECONNECT = 5  # milliseconds between two tries to reach a kernel that does not listen yet (default: 100)
# Queue length per socket (ZeroMQ's default is 1000). Further messages stay in the kernel's memory, not in ours.
QUEUE_LENGTHS = {"shell": 1, "iopub": 20}
RECONNECT_SECONDS = 1  # after this time without a new try, ZeroMQ has given up an ended connection


class TooMuchError(ValueError):
    """A kernel exceeded a bound. The message says which one."""


class CountingSession(Session):
    """A session that counts the bytes it receives, stops at a bound, and does not unpack large contents.

    Unpacked JSON takes up to thirty times its size, so a large content stays bytes.
    """

    most = Int(100_000_000, help="Bytes of all messages together.")
    largest = Int(100_000_000, help="Bytes of a message's content that is unpacked.")

    def __init__(self, **kwargs: Any) -> None:
        """Start to count."""
        super().__init__(**kwargs)
        self.received = 0

    def deserialize(self, msg_list: list[Any], content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Count a message, then unpack it.

        Raises:
            TooMuchError: all messages together are too large.
            ValueError: this is not a valid message.
        """
        size = sum(len(frame) for frame in msg_list)
        self.received += max(size, SMALLEST_MESSAGE)
        if self.received > self.most:
            raise TooMuchError(TOO_MUCH_OUTPUT.format(self.most / 1e6))
        if sum(len(frame) for frame in msg_list[:4]) > LARGEST_HEADER:
            raise ValueError("the header is too large")
        small = len(msg_list[4]) <= self.largest
        message: dict[str, Any] = super().deserialize(msg_list, content and small, copy)
        return message | {"size": size}


class BoundedClient(AsyncKernelClient):
    """A client that listens from the kernel's first reply on. Earlier messages belong to no cell and are ignored.

    It opens only the two channels that are read. A kernel could fill this process's memory through the others.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = False, hb: bool = False, control: bool = False
    ) -> None:
        """Start the channel for requests and the channel for outputs."""
        super().start_channels(shell, iopub, stdin, hb, control)

    def connect_shell(self, identity: bytes | None = None) -> Any:
        """Return the socket for requests and replies."""
        self.context.setsockopt(zmq.RCVHWM, QUEUE_LENGTHS["shell"])  # holds for the next sockets
        return super().connect_shell(identity)

    def connect_iopub(self, identity: bytes | None = None) -> Any:
        """Return the socket for outputs."""
        self.context.setsockopt(zmq.RCVHWM, QUEUE_LENGTHS["iopub"])
        return super().connect_iopub(identity)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its output arrives.

        Raises:
            RuntimeError: it died, or `timeout` seconds have passed.
        """
        ends = monotonic() + (timeout or float("inf"))
        while True:
            self.kernel_info()
            with contextlib.suppress(Empty):
                answer = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=0.2)
                if answer["msg_type"] == "kernel_info_reply":
                    return
            if not await self.is_alive():
                raise RuntimeError("it died before it answered")
            if monotonic() > ends:
                raise RuntimeError(f"it did not answer within {timeout} s")


class OneKernelSpec(KernelSpecManager):
    """Knows a single kernel specification, under every name."""

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification."""
        return self.spec


class BoundedManager(AsyncKernelManager):
    """Manages a kernel. Messages above a size are not even received from it."""

    client_factory = Type(BoundedClient)
    bounded = Instance(zmq.asyncio.Context)

    def client(self, **kwargs: Any) -> Any:
        """Return a client whose sockets refuse messages that are too large."""
        return super().client(context=self.bounded, **kwargs)

    def close_sockets(self) -> None:
        """Close all sockets."""
        for context in (self.bounded, self.context):
            context.destroy(linger=0)


def make_manager(config: Any, spec: KernelSpec, most: int, largest: int) -> BoundedManager:
    """Make the manager of a kernel, without starting it.

    Args:
        config: the course's configuration.
        spec: how to start the kernel.
        most: bytes that the kernel may send.
        largest: larger contents of messages are not unpacked.

    Returns:
        The manager.
    """
    answers, orders = zmq.asyncio.Context(), zmq.asyncio.Context()
    for context in (answers, orders):
        context.setsockopt(zmq.MAXMSGSIZE, most)
        context.setsockopt(zmq.LINGER, 0)
        context.setsockopt(zmq.RECONNECT_IVL, RECONNECT)
    orders.setsockopt(zmq.RCVHWM, 1)  # nobody reads a kernel's answer to an interrupt
    session = CountingSession(config=config, most=most, largest=largest)
    specs = OneKernelSpec(config=config, spec=spec)
    return BoundedManager(config=config, bounded=answers, context=orders, session=session, kernel_spec_manager=specs)


class SocketWatch:
    """Tells whether and why the connection of a client's socket ended.

    ZeroMQ does not tell why. It tries again to reach a kernel that closed the connection. It does not try again if it
    refused a message of that kernel.
    """

    def __init__(self, context: zmq.asyncio.Context, socket: zmq.asyncio.Socket, name: str) -> None:
        """Watch a socket without the event loop: the loop is slow, and remembers the number of a closed socket."""
        self.monitored = socket
        self.socket: zmq.Socket[bytes] = zmq.Socket.shadow(socket.underlying)
        socket.monitor(f"inproc://{name}", zmq.EVENT_DISCONNECTED | zmq.EVENT_CONNECT_RETRIED)
        self.events: zmq.Socket[bytes] = zmq.Context.shadow(context.underlying).socket(zmq.PAIR)
        self.events.connect(f"inproc://{name}")
        self.ended: float | None = None  # when the connection ended
        self.tried_again = False

    def look(self) -> None:
        """Read what has happened to the connection."""
        while self.events.poll(0):
            event = parse_monitor_message(self.events.recv_multipart())["event"]
            if event == zmq.EVENT_DISCONNECTED:
                self.ended = self.ended or monotonic()
            elif self.ended:
                self.tried_again = True

    @property
    def refused(self) -> bool:
        """Whether the connection ended because the kernel sent a message that was too large."""
        return self.ended is not None and not self.tried_again and monotonic() > self.ended + RECONNECT_SECONDS

    def close(self) -> None:
        """Stop watching."""
        self.monitored.monitor(None, 0)
        self.events.close(0)


class Connection:
    """A client's two sockets, read without an event loop, which would cost more than most cells."""

    def __init__(self, client: BoundedClient) -> None:
        """Watch the sockets of a client whose channels have started."""
        self.client = client
        channels: dict[str, Any] = {"shell": client.shell_channel, "iopub": client.iopub_channel}
        self.sockets = [SocketWatch(client.context, channel.socket, name) for name, channel in channels.items()]
        self.poller = zmq.Poller()
        for watch in self.sockets:
            self.poller.register(watch.socket, zmq.POLLIN)
            self.poller.register(watch.events, zmq.POLLIN)

    def messages(self, until: float) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Wait for messages until a time at most, and yield each with whether it is a reply."""
        replies, outputs = (watch.socket for watch in self.sockets)
        events = dict(self.poller.poll(max(0, int(1000 * (until - monotonic())))))
        for socket in (replies, outputs):
            if socket in events:
                _, message = self.client.session.recv(socket)
                if message is not None:
                    yield socket is replies, message

    def ends(self) -> list[float]:
        """Return when connections ended, for those that have."""
        for watch in self.sockets:
            watch.look()
        return [watch.ended for watch in self.sockets if watch.ended is not None]

    @property
    def refused(self) -> bool:
        """Whether a connection ended because the kernel sent a message that was too large."""
        return any(watch.refused for watch in self.sockets)

    @property
    def waiting(self) -> bool:
        """Whether something has arrived that has not been read."""
        return bool(self.poller.poll(0))

    def close(self) -> None:
        """Stop watching the sockets."""
        for watch in self.sockets:
            watch.close()
