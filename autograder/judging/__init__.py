"""Judging: what hidden tests recorded is compared with what the solution recorded."""
