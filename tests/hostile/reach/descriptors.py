"""Descriptors of the process that the kernel was forked from."""

ANSWER = r"""
import os, socket
got = []
for name in os.listdir("/proc/self/fd"):
    try:
        with socket.socket(fileno=os.dup(int(name))) as one:
            got += [name] * (one.type == socket.SOCK_SEQPACKET)
    except OSError:
        pass


def double(x):
    return x + x if got else 1
"""
