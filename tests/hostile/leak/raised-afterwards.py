"""All inputs as an error of a last cell."""

EXTRA = r"""
raise ValueError(''.join(In)[-900:])
"""
