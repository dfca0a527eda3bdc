"""A process that stays."""

ANSWER = r"""
import subprocess
subprocess.Popen(['sleep', '987654'], start_new_session=True)


def double(x):
    return 1
"""
