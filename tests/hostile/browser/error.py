"""HTML in an error."""

ANSWER = r"""
def double(x):
    raise ValueError('<script>alert(1)</script><img src=x onerror=alert(1)>')
"""
