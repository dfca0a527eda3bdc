"""From a tweet to a row of numbers: tokens, a vocabulary, padding, batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

PADDING = 0  # the id that fills up short rows
UNKNOWN = 1  # the id of every word that the vocabulary does not hold

Ids = npt.NDArray[np.int32]


def tokenize(text: str, *, stem: bool = False) -> list[str]:
    """Split a tweet into lower-case words, punctuation and emoticons; links and @names are dropped.

    Words such as "not" stay: they turn the sense around. With `stem`, words lose their endings (Porter's stemmer).
    """
    tokens = [token for token in _tokenizer().tokenize(text) if not token.startswith(("http://", "https://"))]
    return [_stemmer().stem(token) for token in tokens] if stem else tokens


@cache
def _tokenizer() -> Any:
    from nltk.tokenize import TweetTokenizer

    return TweetTokenizer(preserve_case=False, strip_handles=True, reduce_len=True)


@cache
def _stemmer() -> Any:
    from nltk.stem import PorterStemmer

    return PorterStemmer()


class Vocabulary:
    """A numbering of words: 0 is padding, 1 is any unknown word, 2 and up are words."""

    def __init__(self, words: Sequence[str]) -> None:
        """Number `words` from 2 on, in their order."""
        self._words = ["<pad>", "<unk>", *words]
        self._ids = {word: number for number, word in enumerate(self._words)}
        if len(self._ids) != len(self._words):
            raise ValueError("A vocabulary holds every word once; a word was given twice.")

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], *, min_count: int = 1) -> Vocabulary:
        """Number the words that occur at least `min_count` times: most frequent first, ties alphabetically."""
        counts = Counter(token for tokens in token_lists for token in tokens)
        kept = [word for word, count in counts.items() if count >= min_count]
        return cls(sorted(kept, key=lambda word: (-counts[word], word)))

    def id(self, word: str) -> int:
        """Return a word's id, 1 where the vocabulary does not hold it."""
        return self._ids.get(word, UNKNOWN)

    def word(self, number: int) -> str:
        """Return the word of an id; IndexError where there is none."""
        if not 0 <= number < len(self._words):
            raise IndexError(f"There is no id {number}: this vocabulary's ids go from 0 to {len(self) - 1}.")
        return self._words[number]

    def __len__(self) -> int:
        """Return how many ids there are, padding and unknown included."""
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        """Tell whether the vocabulary holds a word."""
        return word in self._ids

    def __repr__(self) -> str:
        """Show the size and the first words."""
        return f"Vocabulary of {len(self)} ids: {', '.join(self._words[:6])}{', …' if len(self) > 6 else ''}"


def encode(tokens: Iterable[str], vocabulary: Vocabulary) -> list[int]:
    """Return the id of every token."""
    return [vocabulary.id(token) for token in tokens]


def pad(rows: Sequence[Sequence[int]], length: int | None = None) -> Ids:
    """Return the rows as an array of shape (number of rows, length), zeros to the right.

    `length` is that of the longest row unless given; a longer row is then cut at its end.
    """
    width = max((len(row) for row in rows), default=0) if length is None else length
    ids = np.full((len(rows), width), PADDING, dtype=np.int32)
    for i, row in enumerate(rows):
        ids[i, : min(len(row), width)] = row[:width]
    return ids


def batches(
    rows: Sequence[Sequence[int]],
    labels: Sequence[int],
    size: int,
    *,
    seed: int,
    length: int | None = None,
) -> Iterator[tuple[Ids, Ids, npt.NDArray[np.float32]]]:
    """Yield (ids, labels, weights) of shapes (size, length), (size,), (size,) without end, shuffled each epoch.

    Give `length`, so that all batches have one shape: XLA compiles a training step anew for every shape it meets.
    Weights are all one. Raises ValueError where there is nothing to draw from.
    """
    if len(rows) != len(labels):
        raise ValueError(f"{len(rows)} rows and {len(labels)} labels do not make pairs.")
    if not len(rows) or size < 1:
        raise ValueError("Batches need at least one row and a size of at least one.")
    return _endless(pad(rows, length), np.asarray(labels, dtype=np.int32), size, seed)


def _endless(ids: Ids, labels: Ids, size: int, seed: int) -> Iterator[tuple[Ids, Ids, npt.NDArray[np.float32]]]:
    rng = np.random.default_rng(seed)
    waiting = np.empty(0, dtype=np.int64)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(len(labels))])
        drawn, waiting = waiting[:size], waiting[size:]
        yield ids[drawn], labels[drawn], np.ones(size, dtype=np.float32)
