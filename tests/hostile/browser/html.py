"""HTML as output."""

ANSWER = r"""
from IPython.display import HTML, Javascript, SVG, Markdown, Latex, display
for kind in (HTML, Javascript, Markdown, Latex):
    display(kind('<script>alert(1)</script><img src=x onerror=alert(1)>'))
display({'image/svg+xml': '<svg onload=alert(1)></svg>', 'application/javascript': 'alert(1)'}, raw=True)


def double(x):
    return 1
"""
