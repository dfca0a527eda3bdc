"""The labels of the test part, which only graders have. No student edition contains this file.

python -m coursekit.held_out    fetches them and prints where they are
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coursekit import tweets
from coursekit.fetch import distribution

NAME = "held-out"  # the file with the ratings and labels of the test part


def held_out_labels() -> npt.NDArray[np.int32]:
    """Return the labels of `tweets.load("test")` in the same order, shape (n,). Only graders call this.

    Raises:
        DataUnavailable: the labels are not on this machine and could not be fetched.
    """
    rows = tweets.stored(graders_folder() / f"{NAME}.json.gz") or _fetch()
    return np.array([row.label for row in rows], dtype=np.int32)


def graders_folder() -> Path:
    """Return the folder of the labels, readable by its owner alone. It exists once a grader has asked for them.

    It is not in the folder that notebooks read, so that the sandbox can hide it from student code: $COURSEKIT_GRADERS,
    by default `graders-only` next to the other folder.
    """
    return (
        Path(os.environ.get("COURSEKIT_GRADERS") or tweets.base_folder() / "graders-only") / tweets.cache_folder().name
    )


def _fetch() -> list[tweets.Tweet]:
    """Fetch the tweets, write the file and return its rows."""
    folder = graders_folder()
    with tweets.storing(folder, "COURSEKIT_GRADERS"):
        folder.chmod(0o700)
        rated = tweets.rated_rows(distribution(tweets.PACKAGE, tweets.SHA256))["tweets"]
        rows = [tweet for tweet in rated if tweets.part_of(tweet.text) == "test"]
        tweets.store({NAME: rows}, folder, mode=0o600)
    return rows


if __name__ == "__main__":
    try:
        print(f"{NAME:<11}{len(held_out_labels()):>6} labels\nin {graders_folder()}")
    except tweets.DataUnavailable as problem:
        sys.exit(str(problem))
