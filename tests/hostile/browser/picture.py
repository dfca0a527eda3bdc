"""HTML said to be a picture."""

ANSWER = r"""
from IPython.display import display
display({'image/png': 'x"><script>alert(1)</script>', 'text/plain': 'x'}, raw=True)
display({'image/jpeg': 'PHNjcmlwdD4=', 'text/plain': 'x'}, raw=True)


def double(x):
    return 1
"""
