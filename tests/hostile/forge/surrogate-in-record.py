"""A record in a cell of the student's own, with half a letter that no file can hold."""

EXTRA = r"""
from autograder.records import MIME
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()
message = session.msg("display_data", {}, parent=parent)
frames = [session.pack(message[part]) for part in ("header", "parent_header", "metadata")]
frames.append(b'{"metadata": {}, "data": {"%s": {"version": 1, "value": "\\ud800"}}}' % MIME.encode())
kernel.iopub_socket.send_multipart([b"display_data", b"<IDS|MSG>", session.sign(frames), *frames])
"""
