"""A reply before the cell has run."""

ANSWER = r"""
k = get_ipython().kernel


def double(x):
    k.session.send(k.iopub_socket, 'status', {'execution_state': 'idle'}, parent=k.get_parent())
    return 1
"""
