"""Messages with the parents of cells to come."""

ANSWER = r"""
k = get_ipython().kernel
from autograder.records import MIME
parent = k.get_parent()
first, _, number = parent['header']['msg_id'].rpartition('_')
for ahead in range(6):
    parent['header']['msg_id'] = f'{first}_{int(number) + ahead}'
    for name in ('of zero', 'of text', 'of three'):
        data = {MIME: {'version': 1, 'name': name, 'value': 3, 'rule': {}, 'weight': 9, 'hint': ''}}
        k.session.send(k.iopub_socket, 'display_data', {'data': data, 'metadata': {}}, parent=parent)
    k.session.send(k.iopub_socket, 'execute_result', {'data': {'text/plain': '4'}, 'metadata': {}}, parent=parent)


def double(x):
    return 1
"""
