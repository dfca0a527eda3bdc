"""From tweets to padded ids and batches."""

from collections import Counter
from itertools import islice

import numpy as np
import pytest

from coursekit import text
from coursekit.text import Vocabulary


def test_tokens_keep_not_and_emoticons_and_drop_links_and_names() -> None:
    assert text.tokenize("@you This is NOT good :( https://t.co/x") == ["this", "is", "not", "good", ":("]


@pytest.mark.parametrize(
    "dropped", ["http://a.io", "HTTPS://A.io/B", "www.rail.com", "WWW.Rail.com", "@anna", "@Ann_1"]
)
def test_links_and_names_are_dropped_in_small_and_capital_letters(dropped: str) -> None:
    assert text.tokenize(f"so {dropped} late") == ["so", "late"]


def test_a_name_is_dropped_after_a_word_too_and_a_lone_at_stays() -> None:
    assert text.tokenize("RT@anna late @ home") == ["rt", "late", "@", "home"]


def test_stemming_cuts_endings() -> None:
    assert text.tokenize("I am LEARNING", stem=True) == ["i", "am", "learn"]


@pytest.mark.parametrize("stem", [False, True])
@pytest.mark.parametrize("emoticon", [":D", ":-D", "=P", "D:", ":(", "<3"])
def test_emoticons_stay_as_they_are(emoticon: str, stem: bool) -> None:
    assert text.tokenize(f"Late {emoticon}", stem=stem) == ["late", emoticon]


def test_letters_that_look_like_an_emoticon_do_not_save_a_word_from_small_letters() -> None:
    assert text.tokenize("#Prop8 is 80% ME") == ["#prop8", "is", "80", "%", "me"]


@pytest.mark.parametrize("empty", ["", "  ", "@you", "http://a.io"])
def test_a_tweet_of_nothing_has_no_tokens(empty: str) -> None:
    assert text.tokenize(empty) == []


def test_a_vocabulary_numbers_by_frequency_then_alphabet_after_padding_and_unknown() -> None:
    words = Vocabulary.build([["b", "a", "c"], ["c"], ["rare"]], min_count=1)
    assert [words.id(word) for word in ("c", "a", "b", "rare", "never")] == [2, 3, 4, 5, 1]
    assert [words.word(number) for number in range(3)] == ["<pad>", "<unk>", "c"]


def test_a_tweet_that_holds_a_special_name_holds_an_unknown_word() -> None:
    words = Vocabulary.build([["<pad>", "<unk>", "late"], ["<pad>"]])
    assert len(words) == 3 and "<pad>" not in words
    assert text.encode(["<pad>", "late", "<unk>"], words) == [1, 2, 1]


@pytest.mark.parametrize("words", [["late", "late"], ["<pad>"]])
def test_a_word_given_twice_or_reserved_is_named(words: list[str]) -> None:
    with pytest.raises(ValueError, match=f"leave out '{words[-1]}'"):
        Vocabulary(words)


def test_a_text_is_not_taken_for_a_list_of_letters() -> None:
    with pytest.raises(TypeError, match="tokenize it first"):
        Vocabulary.build(["late again"])
    with pytest.raises(TypeError, match="tokenize it first"):
        text.encode("late again", Vocabulary(["late"]))


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


def test_batches_have_one_shape_though_rows_have_not_and_epochs_do_not_fill_them() -> None:
    drawn = list(islice(text.batches([[1], [2, 3, 4], []], [True, False, True], 2, seed=0), 3))
    assert {(2, 3)} == {ids.shape for ids, _, _ in drawn}
    firsts = [int(first) for ids, _, _ in drawn for first in ids[:, 0]]
    assert Counter(firsts) == {0: 2, 1: 2, 2: 2}
    assert {("int32", "int32", "float32")} == {tuple(str(each.dtype) for each in batch) for batch in drawn}


@pytest.mark.parametrize("labels", [[0.5, 1.0], [None, None], [[0], [1]]])
def test_labels_that_are_no_whole_numbers_raise(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="one whole number as its label"):
        text.batches([[1], [2]], labels, 2, seed=0)


def test_rows_without_their_labels_raise() -> None:
    with pytest.raises(ValueError, match="2 rows and 1 labels"):
        text.batches([[1], [2]], [1], 2, seed=0)


def test_batches_of_nothing_raise() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        text.batches([], [], 4, seed=0)
