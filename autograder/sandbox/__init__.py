"""Sandbox: a kernel starts with nothing in reach but what it is given, and everything that it uses is bounded."""
