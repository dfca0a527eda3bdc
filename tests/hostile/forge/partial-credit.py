"""A number printed where nbgrader reads points."""

ANSWER = r"""
def double(x):
    print(4.0)
    from IPython.display import display
    display(4.0)
    return 1
"""
