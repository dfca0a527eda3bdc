"""Runs notebooks in kernels that may be hostile, and makes their outputs bounded and harmless."""
