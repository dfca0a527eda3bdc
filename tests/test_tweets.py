"""The tweets are fetched once, whole or not at all, and split the same way everywhere."""

import gzip
import os
import stat
import subprocess
import sys
import tarfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from coursekit import fetch, held_out, tweets


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSEKIT_CACHE", str(tmp_path))
    monkeypatch.delenv("COURSEKIT_GRADERS", raising=False)
    return tmp_path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")


@pytest.fixture
def nearby(request: pytest.FixtureRequest, no_network: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where pip finds the distribution and nothing else, so that a test fetches without the network."""
    folder = request.config.cache.mkdir("distribution")
    file = folder / "vaderSentiment-3.3.2.tar.gz"
    if not file.exists():
        with monkeypatch.context() as network:
            network.delenv("PIP_NO_INDEX")
            network.delenv("PIP_FIND_LINKS")
            content = fetch.distribution(tweets.PACKAGE, tweets.SHA256)
        fresh = folder / f"{os.getpid()}.part"
        fresh.write_bytes(content)
        fresh.replace(file)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def at_hand(nearby: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The distribution's content without pip, for what happens after pip has done its part."""
    content = (nearby / "vaderSentiment-3.3.2.tar.gz").read_bytes()
    monkeypatch.setattr(tweets, "distribution", lambda requirement, sha256: content)


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if not file.is_dir()]


# What there is


def test_the_parts_hold_all_tweets_in_about_70_10_20() -> None:
    sizes = [len(tweets.load(part)) for part in tweets.PARTS]
    assert sum(sizes) == 4200
    assert [pytest.approx(share, abs=0.02) for share in (0.7, 0.1, 0.2)] == [size / 4200 for size in sizes]


def test_no_text_is_in_two_parts_not_even_with_other_capitals_spaces_or_punctuation() -> None:
    texts = [
        {"".join(sign for sign in tweet.text.lower() if sign.isalnum()) for tweet in tweets.load(part)}
        for part in tweets.PARTS
    ]
    assert not texts[0] & texts[1] and not texts[1] & texts[2] and not texts[0] & texts[2]


@pytest.mark.parametrize("twin", ["late again", "LATE... again!!", "Late, again :("])
def test_twins_share_a_part(twin: str) -> None:
    assert tweets.part_of("Late again") == tweets.part_of(twin)


def test_texts_without_letters_are_spread_over_the_parts() -> None:
    assert set(tweets.PARTS) == {tweets.part_of(":" + ")" * n) for n in range(50)}


def test_a_label_is_the_sign_of_the_rating() -> None:
    assert all(tweet.label == (tweet.rating > 0) for tweet in tweets.load("train") if tweet.rating is not None)


def test_texts_are_free_of_html() -> None:
    assert not [tweet.text for part in tweets.PARTS for tweet in tweets.load(part) if "&amp;" in tweet.text]


@pytest.mark.parametrize(("kind", "rows"), [("movie", 10605), ("product", 3708), ("editorial", 5190)])
def test_the_sentences_of_the_same_archive(kind: str, rows: int) -> None:
    assert rows == len(tweets.sentences(kind))


@pytest.mark.parametrize("wrong", [lambda: tweets.load("held-out"), lambda: tweets.sentences("tweets")])
def test_what_there_is_not_is_refused_by_name(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="choose from"):
        wrong()


# The labels of the test part


def test_the_test_part_tells_no_labels_and_graders_have_one_for_each_in_its_order() -> None:
    rows, labels = tweets.load("test"), held_out.held_out_labels()
    assert {(None, None)} == {(row.rating, row.label) for row in rows}
    happy, sad = ([y for row, y in zip(rows, labels, strict=True) if face in row.text] for face in (":)", ":("))
    assert sum(happy) / len(happy) > 0.9 and sum(sad) / len(sad) < 0.3


def test_students_never_get_the_labels_and_a_grader_keeps_them_apart(
    empty_cache: Path, nearby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tweets.load("test")
    assert {tweets.cache_folder()} == {file.parent for file in files_in(empty_cache)}
    labels = held_out.held_out_labels()
    assert [empty_cache / "graders-only" / tweets.cache_folder().name / "held-out.json.gz"] == [
        file for file in files_in(empty_cache) if file.parent != tweets.cache_folder()
    ]
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert labels.tolist() == held_out.held_out_labels().tolist()


def test_graders_may_keep_the_labels_elsewhere(
    empty_cache: Path, at_hand: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEKIT_GRADERS", str(tmp_path / "elsewhere"))
    held_out.held_out_labels()
    assert [tmp_path / "elsewhere"] == list(empty_cache.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's own folders private by other means")
def test_only_their_owner_reads_the_labels(empty_cache: Path, at_hand: None) -> None:
    held_out.held_out_labels()
    (file,) = files_in(empty_cache)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)] == [0o600, 0o700]


# Fetching


def test_the_command_fetches_once_and_tells_where_on_stdout_alone(empty_cache: Path, nearby: Path) -> None:
    commands = [[sys.executable, "-m", f"coursekit.{module}"] for module in ("tweets", "held_out")]
    first, second = (
        [subprocess.run(command, capture_output=True, text=True, check=True) for command in commands] for _ in range(2)
    )
    assert [each.stdout.count("Fetching the tweets once") for each in first + second] == [1, 1, 0, 0]
    assert str(tweets.cache_folder()) in second[0].stdout and str(held_out.graders_folder()) in second[1].stdout
    assert [each.stderr for each in first + second] == ["", "", "", ""]


def test_without_network_and_cache_one_sentence_says_what_to_do(empty_cache: Path, no_network: None) -> None:
    with pytest.raises(tweets.DataUnavailable, match=r"connect to the network and run `python -m coursekit\.tweets`"):
        tweets.load("train")
    assert files_in(empty_cache) == []


def test_the_command_says_it_without_a_traceback(empty_cache: Path, no_network: None) -> None:
    result = subprocess.run([sys.executable, "-m", "coursekit.tweets"], capture_output=True, text=True, check=False)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)


def test_where_pip_is_missing_pip_is_named_not_the_network(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setattr(sys, "executable", str(next((tmp_path / "bare").glob("[bS]*/python*"))))
    with pytest.raises(tweets.DataUnavailable, match="has no pip; run `python -m ensurepip`"):
        tweets.load("train")


def test_where_setuptools_is_missing_it_is_named(
    empty_cache: Path, nearby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "setuptools.py").write_text("raise ModuleNotFoundError(\"No module named 'setuptools'\")")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "shadow"))
    with pytest.raises(tweets.DataUnavailable, match="pip needs setuptools"):
        tweets.load("train")


def test_where_pip_cannot_be_run_that_is_said(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(empty_cache / "no-python"))
    with pytest.raises(tweets.DataUnavailable, match="could not be run here"):
        tweets.load("train")


def test_another_file_of_the_same_name_is_not_accepted(
    empty_cache: Path, no_network: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(tmp_path / "vaderSentiment-3.3.2.tar.gz", "w:gz") as archive:
        archive.add(__file__, "vaderSentiment-3.3.2/setup.py")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(tweets.DataUnavailable, match="another file of that name"):
        tweets.load("train")


def test_a_notebooks_neighbour_named_like_a_module_of_pips_does_no_harm(
    empty_cache: Path, nearby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('a student wrote this')")
    monkeypatch.chdir(tmp_path)
    assert tweets.load("train")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSEKIT_CACHE", str(tmp_path / "file"))
    with pytest.raises(tweets.DataUnavailable, match=r"cannot be stored in .*file.*or set COURSEKIT_CACHE to"):
        tweets.load("train")
    with pytest.raises(tweets.DataUnavailable, match=r"cannot be stored in .*graders-only.*or set COURSEKIT_GRADERS"):
        held_out.held_out_labels()


def test_an_interrupted_fetch_leaves_nothing(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(requirement: str, sha256: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(tweets, "distribution", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tweets.load("train")
    assert [tweets.cache_folder()] == list(empty_cache.rglob("*"))


def test_a_full_disk_leaves_nothing(empty_cache: Path, at_hand: None) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(tweets.DataUnavailable, match="to a folder that is writable and has space"):
            tweets.load("train")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert files_in(empty_cache) == []


def test_a_killed_fetch_leaves_nothing_that_the_next_one_trusts(
    empty_cache: Path, nearby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    for variable in ("TMPDIR", "TEMP"):  # where pip's leavings stay
        monkeypatch.setenv(variable, str(tmp_path / "scratch"))
    command = [sys.executable, "-m", "coursekit.tweets"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not list(tweets.cache_folder().glob("fetching-*")):
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert files_in(tweets.cache_folder()) == []
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    assert sum(len(tweets.load(part)) for part in tweets.PARTS) == 4200


DAMAGE = {
    "cut off": lambda whole: whole[:-10],
    "empty": lambda whole: b"",
    "not packed": lambda whole: b"[]",
    "no JSON": lambda whole: gzip.compress(b"[{"),
    "no list": lambda whole: gzip.compress(b"{}"),
    "no tweets": lambda whole: gzip.compress(b"[1]"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_fetched_again(empty_cache: Path, at_hand: None, damage: Callable[[bytes], bytes]) -> None:
    tweets.load("validation")
    file = tweets.cache_folder() / "validation.json.gz"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    tweets.load("validation")
    assert whole == file.read_bytes()


def test_processes_fetch_and_read_at_once_without_harm(empty_cache: Path, nearby: Path) -> None:
    command = [sys.executable, "-m", "coursekit.tweets"]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    ends = [process.communicate() for process in several]
    assert [(process.returncode, err) for process, (_, err) in zip(several, ends, strict=True)] == [(0, b"")] * 3
    assert len(files_in(empty_cache)) == 6
