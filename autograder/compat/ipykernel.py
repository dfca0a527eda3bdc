"""Uses a private name of ipykernel: the buffers of its output streams."""

from __future__ import annotations

from ipykernel.iostream import OutStream


def has_unsent_text(stream: OutStream) -> bool:
    """Return whether a stream has text that it has not sent.

    ipykernel keeps this text in `OutStream._buffers` and has no public way to ask for it. Its public flush() waits for
    a thread whether or not there is text.
    """
    return bool(stream._buffers)
