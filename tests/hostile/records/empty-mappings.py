"""A record of millions of empty mappings: in pieces each takes a hundred times what it takes in the message."""

ANSWER = r"""
from autograder.records import MIME
kernel = get_ipython().kernel
session = kernel.session
message = session.msg("display_data", {}, parent=kernel.get_parent())
frames = [session.pack(message[part]) for part in ("header", "parent_header", "metadata")]
many = b"{}," * 4_000_000 + b"{}"
frames.append(
    b'{"metadata": {}, "data": {"%s": {"version": 1, "name": "of zero", "value": [%s]}}}' % (MIME.encode(), many)
)
kernel.iopub_socket.send_multipart([b"display_data", b"<IDS|MSG>", session.sign(frames), *frames])


def double(x):
    return 1
"""
