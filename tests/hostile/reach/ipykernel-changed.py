"""The kernel's own modules broken, for the next kernel."""

ANSWER = r"""
import gc, sys, types
for name in list(sys.modules):
    if name.startswith(("jupyter_client", "numpy", "autograder")):
        sys.modules[name] = types.ModuleType(name)
gc.unfreeze()


class Slow:
    def __del__(self):
        while True:
            pass


import builtins
builtins.slow = Slow()


def double(x):
    return 1
"""
