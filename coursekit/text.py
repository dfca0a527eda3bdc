"""Turns tweets into rows of numbers: tokens, a vocabulary, padding, batches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

PADDING = 0  # the id that fills short rows
UNKNOWN = 1  # the id of every word that is not in the vocabulary
_SPECIAL = ("<pad>", "<unk>")  # how a vocabulary shows these two ids; they are not words
_LINK_OR_NAME = re.compile(r"https?://|www\.|@\w", re.IGNORECASE)

Ids = npt.NDArray[np.int32]


def tokenize(text: str, *, stem: bool = False) -> list[str]:
    """Split a tweet into lower-case words, punctuation and emoticons. Links and @names are dropped.

    Words such as "not" are kept, because they reverse the meaning. Emoticons keep their capitals: ":D" is an
    emoticon, and ":d" is not.

    Args:
        text: the tweet.
        stem: whether to cut off the endings of words (Porter's stemmer).
    """
    return [_word(token, stem) for token in _split(text)]


# Notebooks tokenize the same tweets many times, so the results are cached.
@lru_cache(maxsize=20_000)
def _split(text: str) -> tuple[str, ...]:
    return tuple(token for token in _tokenizer().tokenize(text) if not _LINK_OR_NAME.match(token))


@lru_cache(maxsize=50_000)
def _word(token: str, stem: bool) -> str:
    if _emoticon().fullmatch(token):
        return token
    return str(_stemmer().stem(token)) if stem else token.lower()


@cache
def _tokenizer() -> Any:
    from nltk.tokenize import TweetTokenizer

    return TweetTokenizer(reduce_len=True)


@cache
def _emoticon() -> Any:
    from nltk.tokenize.casual import EMOTICON_RE

    return EMOTICON_RE


@cache
def _stemmer() -> Any:
    from nltk.stem import PorterStemmer

    return PorterStemmer()


class Vocabulary:
    """Gives each word an id: 0 is padding, 1 is any unknown word, and the words begin at 2.

    The names of the first two ids, "<pad>" and "<unk>", are not words. In a tweet, they count as unknown words.
    """

    def __init__(self, words: Sequence[str]) -> None:
        """Number `words` from 2 on, in their order.

        Raises:
            ValueError: a word is given twice, or is one of the special names.
        """
        self._words = [*_SPECIAL, *words]
        self._ids = {word: number for number, word in enumerate(words, start=len(_SPECIAL))}
        twice = next((word for word, count in Counter(self._words).items() if count > 1), None)
        if twice is not None:
            raise ValueError(
                f"A vocabulary holds each word once, and adds {' and '.join(_SPECIAL)} itself: leave out {twice!r}."
            )

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], *, min_count: int = 1) -> Vocabulary:
        """Number the words that occur at least `min_count` times.

        The most frequent word comes first. Words of the same frequency come in alphabetical order.
        """
        counts = Counter(token for tokens in token_lists for token in _checked(tokens))
        frequent = [word for word, count in counts.items() if count >= min_count and word not in _SPECIAL]
        return cls(sorted(frequent, key=lambda word: (-counts[word], word)))

    def id(self, word: str) -> int:
        """Return the id of a word, or 1 if it is not in the vocabulary."""
        return self._ids.get(word, UNKNOWN)

    def word(self, number: int) -> str:
        """Return the word of an id. Raises IndexError for an id that does not exist."""
        if not 0 <= number < len(self._words):
            raise IndexError(f"There is no id {number}: this vocabulary's ids go from 0 to {len(self) - 1}.")
        return self._words[number]

    def __len__(self) -> int:
        """Return the number of ids, including padding and unknown."""
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        """Return whether a word is in the vocabulary."""
        return word in self._ids

    def __repr__(self) -> str:
        """Show the size and the first words."""
        return f"Vocabulary of {len(self)} ids: {', '.join(self._words[:6])}{', …' if len(self) > 6 else ''}"


def encode(tokens: Iterable[str], vocabulary: Vocabulary) -> list[int]:
    """Return the id of each token. Raises TypeError for a text that has not been tokenized."""
    return [vocabulary.id(token) for token in _checked(tokens)]


def _checked(tokens: Iterable[str]) -> Iterable[str]:
    """Return the tokens. A string is refused, because it would count as a list of letters."""
    if isinstance(tokens, str):
        raise TypeError(f"A list of tokens is needed, not a text: tokenize it first ({tokens[:30]!r}).")
    return tokens


def pad(rows: Sequence[Sequence[int]], length: int | None = None) -> Ids:
    """Return the rows as an array of shape (number of rows, length), with zeros on the right.

    Args:
        rows: lists of ids.
        length: the number of columns; default: the length of the longest row. Longer rows lose their end.
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
    """Yield batches without end, as tuples (ids, labels, weights). The rows are shuffled in each epoch.

    All batches have the same shape, because XLA compiles a training step again for each new shape. When an epoch ends
    inside a batch, rows of the next epoch fill the batch.

    Args:
        rows: lists of ids.
        labels: a whole number per row.
        size: the number of rows per batch.
        seed: the same seed gives the same batches.
        length: the number of columns; default: the length of the longest row.

    Yields:
        Arrays of shapes (size, length), (size,) and (size,). All weights are 1.

    Raises:
        ValueError: there are no rows, the labels do not match the rows, or a label is not a whole number.
    """
    y = np.asarray(labels)
    if len(rows) != len(y):
        raise ValueError(f"{len(rows)} rows and {len(y)} labels were given: each row needs one label.")
    if not len(rows) or size < 1:
        raise ValueError("Batches need at least one row and a size of at least one.")
    if y.ndim != 1 or y.dtype.kind not in "iub":
        raise ValueError(f"Every row needs one whole number as its label, not {y.dtype} of shape {y.shape}.")
    return _endless(pad(rows, length), y.astype(np.int32), size, seed)


def _endless(ids: Ids, labels: Ids, size: int, seed: int) -> Iterator[tuple[Ids, Ids, npt.NDArray[np.float32]]]:
    rng = np.random.default_rng(seed)
    waiting = np.empty(0, dtype=np.int64)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(len(labels))])
        drawn, waiting = waiting[:size], waiting[size:]
        yield ids[drawn], labels[drawn], np.ones(size, dtype=np.float32)
