"""Records nested so deep that who reads them, shows them or writes them may run out of stack."""

ANSWER = r"""
from autograder.records import MIME
kernel = get_ipython().kernel
session = kernel.session


def double(x):
    message = session.msg("display_data", {}, parent=kernel.get_parent())
    frames = [session.pack(message[part]) for part in ("header", "parent_header", "metadata")]
    deep = b'{"a":' * 400 + b"1" + b"}" * 400
    frames.append(
        b'{"metadata": {}, "data": {"%s": {"version": 1, "name": "of zero", "error": %s}}}' % (MIME.encode(), deep)
    )
    kernel.iopub_socket.send_multipart([b"display_data", b"<IDS|MSG>", session.sign(frames), *frames])
    raise SystemExit
"""
