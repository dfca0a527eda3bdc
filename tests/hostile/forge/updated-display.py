"""An output of a cell that has been judged, changed later."""

EXTRA = r"""
from IPython.display import display, update_display
for i in range(50):
    display('x', display_id='a')
from autograder.records import MIME
update_display({MIME: {'version': 1, 'name': 'of zero', 'value': 0}}, display_id='a', raw=True)
"""
