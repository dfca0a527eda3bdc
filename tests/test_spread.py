"""Calls that are spread over workers."""

import psutil

from autograder.spread import Spread

SIZE = 300_000  # bytes, as much as a submission
MANY = 300


def test_what_has_been_carried_out_is_not_kept_in_memory() -> None:
    held = []
    with Spread(len, workers=2) as spread:
        for number in range(MANY):
            spread.submit(str(number), bytes(SIZE))
            assert spread.wait() == (str(number), SIZE)
            held.append(psutil.Process().memory_info().rss)
    assert held[-1] - held[MANY // 4] < MANY * SIZE / 4
