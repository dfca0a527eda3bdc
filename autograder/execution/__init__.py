"""Execution: a notebook runs in a kernel that may be hostile, and its outputs are bounded and made harmless."""
