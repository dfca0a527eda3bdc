"""Settings of the machine."""

ANSWER = r"""
import os
# These belong to the namespaces of the jail, which has its own.
own = "net", "user", "mqueue", "msg", "sem", "shm", "auto_msgmni", "ns_last_pid", "pid_max"
got = []
for root, _, names in os.walk("/proc/sys"):
    for path in (os.path.join(root, name) for name in names):
        try:
            os.close(os.open(path, os.O_WRONLY))
            got += [path] * (not any(part.startswith(own) for part in path.split("/")))
        except OSError:
            pass


def double(x):
    return x + x if got else 1
"""
