"""NLTK's two corpora are read in either form. If one is missing, one sentence says so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit import tweets

CORPORA = {
    "twitter_samples": {
        "positive_tweets.json": '{"text": " tea &amp; cake &lt;3 "}\n',
        "negative_tweets.json": '{"text": "late :("}\n',
    },
    "sentence_polarity": {"rt-polarity.pos": "tea & cake <3\n", "rt-polarity.neg": "late :(\n"},
}
READ_BOTH = f"""
import nltk
nltk.data.path[:] = nltk.data.path[:1]  # that of NLTK_DATA, none of this machine's own
from coursekit import tweets
for name in {list(CORPORA)}:
    try:
        print([(row.text, row.label) for row in tweets.nltk_corpus(name)])
    except tweets.DataUnavailable as problem:
        print(problem)
"""


def read_both(folder: Path) -> list[str]:
    """Return a line for each corpus: its rows or the problem. NLTK keeps what it found, hence a process of its own."""
    command = [sys.executable, "-c", READ_BOTH]
    environment = os.environ | {"NLTK_DATA": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.fixture
def corpora(tmp_path: Path) -> list[Path]:
    """The folders of two small corpora in the form of NLTK's own."""
    folders = [tmp_path / "corpora" / name for name in CORPORA]
    for folder in folders:
        folder.mkdir(parents=True)
        for name, content in CORPORA[folder.name].items():
            (folder / name).write_text(content)
    return folders


@pytest.mark.parametrize("zipped", [False, True])
def test_a_corpus_is_read_from_a_folder_or_a_zip_file_and_free_of_html(
    corpora: list[Path], tmp_path: Path, zipped: bool
) -> None:
    for folder in corpora if zipped else []:
        shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
        shutil.rmtree(folder)
    assert read_both(tmp_path) == ["[('tea & cake <3', 1), ('late :(', 0)]"] * 2


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_missing_corpus_is_named(tmp_path: Path, folder: str) -> None:
    for name, said in zip(CORPORA, read_both(tmp_path / folder), strict=True):
        assert f"run `python -m nltk.downloader {name}`, or set NLTK_DATA" in said


@pytest.mark.parametrize("zipped", [False, True])
def test_a_damaged_corpus_is_named(corpora: list[Path], tmp_path: Path, zipped: bool) -> None:
    for folder in corpora:
        shutil.rmtree(folder)
        folder.with_suffix(".zip").write_bytes(b"half a file") if zipped else folder.mkdir()
    for name, said in zip(CORPORA, read_both(tmp_path), strict=True):
        assert f"NLTK's {name} is damaged" in said


def test_there_is_no_other_corpus() -> None:
    with pytest.raises(ValueError, match="choose from twitter_samples, sentence_polarity"):
        tweets.nltk_corpus("brown")
