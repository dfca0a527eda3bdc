"""What is no message."""

ANSWER = r"""
k = get_ipython().kernel
k.iopub_socket.send_multipart([b'<IDS|MSG>', b'', b'{', b'}', b'[', b'\xff'])
k.session.send(k.iopub_socket, 'stream', {'name': 3, 'text': None}, parent=k.get_parent())
k.session.send(k.iopub_socket, 'error', None, parent=k.get_parent())


def double(x):
    return 1
"""
