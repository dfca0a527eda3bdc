"""From tweets to padded ids and batches."""

from itertools import islice

import numpy as np
import pytest

from coursekit import text
from coursekit.text import Vocabulary


def test_tokens_keep_not_and_emoticons_and_drop_links_and_names() -> None:
    assert text.tokenize("@you This is NOT good :( https://t.co/x") == ["this", "is", "not", "good", ":("]


def test_stemming_cuts_endings() -> None:
    assert text.tokenize("I am learning", stem=True) == ["i", "am", "learn"]


def test_an_empty_tweet_has_no_tokens() -> None:
    assert text.tokenize("") == []


def test_a_vocabulary_numbers_by_frequency_then_alphabet_after_padding_and_unknown() -> None:
    words = Vocabulary.build([["b", "a", "c"], ["c"], ["rare"]], min_count=1)
    assert [words.id(word) for word in ("c", "a", "b", "rare", "never", "<pad>")] == [2, 3, 4, 5, 1, 0]


def test_rare_words_are_left_out() -> None:
    assert "once" not in Vocabulary.build([["once", "twice"], ["twice"]], min_count=2)


@pytest.mark.parametrize("number", [-1, 3])
def test_an_id_out_of_range_raises(number: int) -> None:
    with pytest.raises(IndexError, match="from 0 to 2"):
        Vocabulary(["only"]).word(number)


def test_padding_goes_to_the_right_and_long_rows_are_cut() -> None:
    np.testing.assert_array_equal([[5, 6, 7], [8, 0, 0]], text.pad([[5, 6, 7], [8]]))
    np.testing.assert_array_equal([[5, 6], [8, 0]], text.pad([[5, 6, 7], [8]], length=2))
    assert text.pad([], length=4).shape == (0, 4)


def test_batches_never_stop_keep_pairs_and_see_every_row_once_an_epoch() -> None:
    rows = [[n] for n in range(1, 6)]
    drawn = list(islice(text.batches(rows, [n * 10 for n in range(1, 6)], 5, seed=0), 40))
    for ids, labels, weights in drawn:
        np.testing.assert_array_equal(ids[:, 0] * 10, labels)
        assert {1, 2, 3, 4, 5} == set(ids[:, 0].tolist())
        assert weights.shape == (5,)


def test_a_seed_fixes_the_order() -> None:
    first, second = (next(text.batches([[1], [2], [3]], [1, 2, 3], 3, seed=7))[1] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_batches_of_nothing_raise() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        text.batches([], [], 4, seed=0)
