"""The test's source in HTML."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    from IPython.display import HTML, display
    display(HTML(f'<pre>{secret}</pre>'))
    return 1
"""
