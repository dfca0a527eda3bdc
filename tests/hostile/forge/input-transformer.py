"""Tests replaced by a number before they run."""

ANSWER = r"""
get_ipython().input_transformers_post.append(lambda lines: ['4.0'])


def double(x):
    return 1
"""
