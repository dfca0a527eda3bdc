"""Records sent by a thread while the tests run."""

ANSWER = r"""
import threading, time
from autograder import record as publish


def later():
    while True:
        time.sleep(0.01)
        publish('of zero', 0)


threading.Thread(target=later, daemon=True).start()


def double(x):
    return 1
"""
