"""IPython's history of inputs."""

EXTRA = r"""
%history
"""
