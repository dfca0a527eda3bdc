"""The memory of the jail's first process overwritten, and every signal sent to it."""

ANSWER = r"""
import os
try:
    with open("/proc/1/mem", "r+b", 0) as memory:
        for line in open("/proc/1/maps"):
            place, rights, *_ = line.split()
            if "w" in rights:
                memory.seek(int(place.split("-")[0], 16))
                memory.write(bytes(4096))
except (OSError, OverflowError):
    pass
for number in range(1, 65):
    try:
        os.kill(1, number)
    except OSError:
        pass


def double(x):
    return 1
"""
