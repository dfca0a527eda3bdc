"""The tweets are fetched once, whole or not at all, and split the same way everywhere."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit import tweets


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COURSEKIT_CACHE", str(tmp_path))
    yield tmp_path


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")


def test_the_parts_hold_all_tweets_in_about_70_10_20() -> None:
    sizes = [len(tweets.load(part)) for part in tweets.PARTS]
    assert sum(sizes) == 4200
    assert [pytest.approx(share, abs=0.02) for share in (0.7, 0.1, 0.2)] == [size / 4200 for size in sizes]


def test_no_text_is_in_two_parts() -> None:
    texts = [{tweet.text for tweet in tweets.load(part)} for part in tweets.PARTS]
    assert not texts[0] & texts[1] and not texts[1] & texts[2] and not texts[0] & texts[2]


def test_a_label_is_the_sign_of_the_rating() -> None:
    assert all(tweet.label == (tweet.rating > 0) for tweet in tweets.load("train") if tweet.rating is not None)


def test_the_test_part_tells_no_labels_and_the_grader_has_one_for_each() -> None:
    rows = tweets.load("test")
    assert {(None, None)} == {(row.rating, row.label) for row in rows}
    assert (len(rows),) == tweets.held_out_labels().shape


@pytest.mark.parametrize(("kind", "rows"), [("movie", 10605), ("product", 3708), ("editorial", 5190)])
def test_the_sentences_of_the_same_archive(kind: str, rows: int) -> None:
    assert rows == len(tweets.sentences(kind))


def test_without_network_and_cache_one_sentence_says_what_to_do(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline(monkeypatch)
    with pytest.raises(tweets.DataUnavailable, match=r"connect to the network and run `python -m coursekit\.tweets`"):
        tweets.load("train")
    assert list(empty_cache.iterdir()) == []


def test_an_interrupted_fetch_leaves_nothing(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(scratch: Path) -> bytes:
        (scratch / "half").write_text("written")
        raise KeyboardInterrupt

    monkeypatch.setattr(tweets, "_download", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tweets.load("train")
    assert list(empty_cache.iterdir()) == []


def test_two_processes_fetch_at_once_and_a_damaged_file_is_fetched_again(empty_cache: Path) -> None:
    command = [sys.executable, "-m", "coursekit.tweets"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(process.wait(), process.communicate()[1]) for process in both] == [(0, b""), (0, b"")]
    (damaged,) = empty_cache.glob("*/train.jsonl")
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-10])
    tweets.load("train")
    assert content == damaged.read_bytes()


def test_a_missing_corpus_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from coursekit import tweets\ntry: tweets.nltk_corpus('sentence_polarity')\n"
    code += "except tweets.DataUnavailable as problem: print(problem)"
    monkeypatch.setenv("NLTK_DATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "run `python -m nltk.downloader sentence_polarity`, or set NLTK_DATA" in result.stdout
