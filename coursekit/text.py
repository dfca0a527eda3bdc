"""From a tweet to a row of numbers: tokens, a vocabulary, padding, batches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

PADDING = 0  # the id that fills up short rows
UNKNOWN = 1  # the id of every word that the vocabulary does not hold
_SPECIAL = ("<pad>", "<unk>")  # what stands for them where a vocabulary is shown; no words
_LINK_OR_NAME = re.compile(r"https?://|www\.|@\w", re.IGNORECASE)

Ids = npt.NDArray[np.int32]


def tokenize(text: str, *, stem: bool = False) -> list[str]:
    """Split a tweet into lower-case words, punctuation and emoticons; links and @names are dropped.

    Words such as "not" stay: they turn the sense around. With `stem`, words lose their endings (Porter's stemmer).
    Emoticons stay as they are, for ":D" is one and ":d" is none.
    """
    return [_word(token, stem) for token in _split(text)]


# A notebook reads the same tweets, and the same words in them, again and again.
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
    """A numbering of words: 0 is padding, 1 is any unknown word, 2 and up are words.

    The names of the first two, "<pad>" and "<unk>", are no words: a tweet that holds one of them holds an unknown word.
    """

    def __init__(self, words: Sequence[str]) -> None:
        """Number `words` from 2 on, in their order; ValueError where one is given twice or is a special name."""
        self._words = [*_SPECIAL, *words]
        self._ids = {word: number for number, word in enumerate(words, start=len(_SPECIAL))}
        twice = next((word for word, count in Counter(self._words).items() if count > 1), None)
        if twice is not None:
            raise ValueError(
                f"A vocabulary holds every word once, {' and '.join(_SPECIAL)} by itself: leave out {twice!r}."
            )

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], *, min_count: int = 1) -> Vocabulary:
        """Number the words that occur at least `min_count` times: most frequent first, ties alphabetically."""
        counts = Counter(token for tokens in token_lists for token in _checked(tokens))
        kept = [word for word, count in counts.items() if count >= min_count and word not in _SPECIAL]
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
    """Return the id of every token; TypeError for a text that was not tokenized."""
    return [vocabulary.id(token) for token in _checked(tokens)]


def _checked(tokens: Iterable[str]) -> Iterable[str]:
    """Return the tokens; a string would pass for a list of its letters."""
    if isinstance(tokens, str):
        raise TypeError(f"A list of tokens is needed, not a text: tokenize it first ({tokens[:30]!r}).")
    return tokens


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

    All batches have one shape, for XLA compiles a training step anew for every shape it meets: `length` is that of the
    longest row unless given, and a batch that the rows left of an epoch do not fill goes on with rows of the next.
    Weights are all one. Raises ValueError where there is nothing to draw from or a label is no whole number.
    """
    y = np.asarray(labels)
    if len(rows) != len(y):
        raise ValueError(f"{len(rows)} rows and {len(y)} labels do not make pairs.")
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
