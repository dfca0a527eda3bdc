"""A loop that cannot be interrupted."""

SAID = "could not be interrupted"
ANSWER = r"""
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
"""
