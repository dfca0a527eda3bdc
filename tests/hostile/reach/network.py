"""The network."""

ANSWER = r"""
import socket


def double(x):
    return 2 * x if not socket.socket().connect_ex(('127.0.0.1', 22)) else 1
"""
