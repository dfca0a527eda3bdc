"""HTML in a type's name."""

ANSWER = r"""
def double(x):
    return type('<script>alert(1)</script><img src=x onerror=alert(1)>', (), {})()
"""
