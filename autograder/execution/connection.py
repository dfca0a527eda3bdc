"""Connection: the sockets to a kernel whose writer may be hostile. What arrives is counted and bounded."""

from __future__ import annotations

import contextlib
from queue import Empty
from time import monotonic
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from traitlets import Instance, Int, Type
from zmq.utils.monitor import parse_monitor_message

SMALLEST_MESSAGE = 500  # bytes that an empty message counts
LARGEST_HEADER = 100_000  # bytes of what says whose message it is
TOO_MUCH = "it sent more than {:.0f} MB of output"
RECONNECT = 5  # milliseconds from one try to reach a kernel that does not listen yet to the next (default: 100)
# Queue length per socket (ZeroMQ's default is 1000). Further messages stay in the kernel's memory, not in ours.
WAITING = {"shell": 1, "iopub": 20}
CERTAIN = 1  # seconds after which a connection that ended is known not to be tried again


class TooMuchError(ValueError):
    """A kernel overstepped a bound; the message says which one."""


class Meter(Session):
    """A session that counts what it receives, stops at a bound, and unpacks no content that is too large.

    Unpacked JSON takes up to thirty times its size. What is not unpacked stays as bytes.
    """

    most = Int(100_000_000, help="Bytes of messages.")
    largest = Int(100_000_000, help="Bytes of a message's content that is unpacked.")
    received = 0

    def deserialize(self, msg_list: list[Any], content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Count a message, then unpack it."""
        size = sum(len(frame) for frame in msg_list)
        self.received += max(size, SMALLEST_MESSAGE)
        if self.received > self.most:
            raise TooMuchError(TOO_MUCH.format(self.most / 1e6))
        if sum(len(frame) for frame in msg_list[:4]) > LARGEST_HEADER:
            raise ValueError("the header is too large")
        small = len(msg_list[4]) <= self.largest
        message: dict[str, Any] = super().deserialize(msg_list, content and small, copy)
        return message | {"size": size}


class Client(AsyncKernelClient):
    """A client that listens from the kernel's first reply on. Earlier messages belong to no cell and are ignored.

    It has none of the channels that nobody reads here: a kernel could fill this process's memory through them.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = False, hb: bool = False, control: bool = False
    ) -> None:
        """Start those for code and for what comes of it."""
        super().start_channels(shell, iopub, stdin, hb, control)

    def connect_shell(self, identity: bytes | None = None) -> Any:
        """Return the socket for requests."""
        self.context.setsockopt(zmq.RCVHWM, WAITING["shell"])  # of the sockets made from now on
        return super().connect_shell(identity)

    def connect_iopub(self, identity: bytes | None = None) -> Any:
        """Return the socket for what comes of them."""
        self.context.setsockopt(zmq.RCVHWM, WAITING["iopub"])
        return super().connect_iopub(identity)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its output arrives; RuntimeError if it dies or `timeout` seconds pass."""
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


class Manager(AsyncKernelManager):
    """Manages a kernel whose messages may not exceed a size: larger ones are not even received."""

    client_factory = Type(Client)
    bounded = Instance(zmq.asyncio.Context)

    def client(self, **kwargs: Any) -> Any:
        """Return a client whose sockets refuse too large messages."""
        return super().client(context=self.bounded, **kwargs)


def make_manager(config: Any, most: int, largest: int) -> Manager:
    """Return a manager of a kernel that may send `most` bytes; larger contents than `largest` are not unpacked."""
    context, orders = zmq.asyncio.Context(), zmq.asyncio.Context()
    for one in (context, orders):
        one.setsockopt(zmq.MAXMSGSIZE, most)
        one.setsockopt(zmq.LINGER, 0)
        one.setsockopt(zmq.RECONNECT_IVL, RECONNECT)
    orders.setsockopt(zmq.RCVHWM, 1)  # what a kernel answers to an interrupt is never read
    session = Meter(config=config, most=most, largest=largest)
    return Manager(config=config, bounded=context, context=orders, session=session)


class Line:
    """A connected socket of a client, and what becomes of its connection.

    ZeroMQ does not tell why a connection ended. It tries again to reach a kernel that closed it, and never one whose
    message it refused.
    """

    def __init__(self, context: zmq.asyncio.Context, socket: zmq.asyncio.Socket, name: str) -> None:
        """Watch a socket, without the event loop: it is slow, and would remember a socket's number after its end."""
        self.monitored = socket
        self.socket: zmq.Socket[bytes] = zmq.Socket.shadow(socket.underlying)
        socket.monitor(f"inproc://{name}", zmq.EVENT_DISCONNECTED | zmq.EVENT_CONNECT_RETRIED)
        self.events: zmq.Socket[bytes] = zmq.Context.shadow(context.underlying).socket(zmq.PAIR)
        self.events.connect(f"inproc://{name}")
        self.ended: float | None = None  # when the connection ended
        self.tried_again = False

    def look(self) -> None:
        """Take in what has become of the connection."""
        while self.events.poll(0):
            event = parse_monitor_message(self.events.recv_multipart())["event"]
            if event == zmq.EVENT_DISCONNECTED:
                self.ended = self.ended or monotonic()
            elif self.ended:
                self.tried_again = True

    @property
    def refused(self) -> bool:
        """Whether the connection ended because the kernel sent what is too large to be received."""
        return self.ended is not None and not self.tried_again and monotonic() > self.ended + CERTAIN

    def close(self) -> None:
        """Watch no longer."""
        self.monitored.monitor(None, 0)
        self.events.close(0)
