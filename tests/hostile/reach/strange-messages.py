"""Messages of every kind, with contents that none of them has."""

ANSWER = r"""
kernel = get_ipython().kernel
session = kernel.session
kinds = "comm_open comm_msg update_display_data clear_output input_request execute_reply shutdown_reply status error"
for kind in (*kinds.split(), "stream", "display_data", "", "x" * 1000):
    for content in (b"{}", b"null", b"[]", b"3", b'{"execution_state": ["idle"]}', b'{"data": 3, "text": {}}'):
        message = session.msg(kind, {}, parent=kernel.get_parent())
        frames = [session.pack(message[part]) for part in ("header", "parent_header", "metadata")] + [content]
        kernel.iopub_socket.send_multipart([kind.encode(), b"<IDS|MSG>", session.sign(frames), *frames])


def double(x):
    return 1
"""
