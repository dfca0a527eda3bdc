"""Work in a place where it is not graded is reported, with what to do about it."""

import json
import os
from pathlib import Path

import nbformat.v4 as v4
import pytest
from conftest import graded

from autograder.files import write_files
from autograder.submissions.intake import BadSubmission, read_submitted_notebook
from autograder.submissions.repair import Source
from autograder.submissions.strays import strays
from autograder.submissions.submission import Submission, read_submission_folder

NOTEBOOK = json.dumps(v4.new_notebook(cells=[graded("x = 1", "double", solution=True)])).encode()


def folder_with(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "ada" / "small"
    write_files(dict.fromkeys(names, NOTEBOOK), folder)
    return folder


def read_small(folder: Path) -> Submission:
    source = Source({"double": graded("x = 1", "double", solution=True)}, {})
    return read_submission_folder(folder, {"notebook": source}, {"words.zip": b"given"}, [".ipynb_checkpoints"])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["notebook.IPYNB"], "notebook.IPYNB: rename it to notebook.ipynb."),
        (["notebook.ipynb.txt"], "notebook.ipynb.txt: rename it to notebook.ipynb."),
        (["Notebook.ipynb.json"], "Notebook.ipynb.json: rename it to notebook.ipynb."),
        (["notebook (1).ipynb"], "notebook (1).ipynb: rename it to notebook.ipynb."),
        (["notebook-Copy1.ipynb"], "notebook-Copy1.ipynb: rename it to notebook.ipynb."),
        (["small/notebook.ipynb"], "small/notebook.ipynb: move it to notebook.ipynb."),
        (["mine.ipynb"], "mine.ipynb: if it is the work, rename it to notebook.ipynb."),
        (["work.zip"], "work.zip: unpack it."),
        (["work.tar.gz", "__MACOSX/._notebook.ipynb"], "work.tar.gz: unpack it."),
        (["a.ipynb", "b.ipynb"], "a.ipynb, b.ipynb: put the right one in its place, as notebook.ipynb."),
        (
            [".ipynb_checkpoints/notebook-checkpoint.ipynb"],
            "notebook-checkpoint.ipynb: a copy that Jupyter made; if it is the work, move it to notebook.ipynb.",
        ),
        (["words.txt"], "the folder holds no notebook."),
    ],
)
def test_where_the_notebook_is_missing_the_message_says_what_is_there(
    tmp_path: Path, names: list[str], said: str
) -> None:
    with pytest.raises(BadSubmission) as problem:
        read_small(folder_with(tmp_path, *names))
    assert "notebook.ipynb is missing; the folder holds " in str(problem.value)
    assert str(problem.value).endswith(said)


def test_next_to_a_graded_notebook_other_work_is_a_remark(tmp_path: Path) -> None:
    others = "notebook-Copy1.ipynb", "words.zip", "deep/notebook.ipynb", ".ipynb_checkpoints/notebook-checkpoint.ipynb"
    remarks = read_small(folder_with(tmp_path, "notebook.ipynb", *others)).remarks
    assert remarks[0] == "Handed in too, but not graded: notebook-Copy1.ipynb, deep/notebook.ipynb."
    assert remarks[1:] == ["What is graded is as released: the work may be in what is not graded."]


def test_where_the_graded_notebook_has_been_worked_on_no_other_is_suspected(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "notebook.ipynb", "mine.ipynb")
    (folder / "notebook.ipynb").write_bytes(NOTEBOOK.replace(b"x = 1", b"x = 2"))
    assert read_small(folder).remarks == ["Handed in too, but not graded: mine.ipynb."]


def test_an_ordinary_submission_has_no_remark(tmp_path: Path) -> None:
    assert read_small(folder_with(tmp_path, "notebook.ipynb", "words.txt", "a/b.csv", "words.zip")).remarks == []


def test_of_many_strays_a_few_are_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "notebook.ipynb", *(f"{n:04}.ipynb" for n in range(2000)))
    remark = read_small(folder).remarks[0]
    assert remark.startswith("Handed in too, but not graded: 0000.ipynb, 0001.ipynb,") and len(remark) < 200
    assert len(strays(folder, ["notebook"])) <= 1000


def test_a_hard_link_is_neither_graded_nor_taken_over(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "notebook.ipynb", "own.csv")
    secret = tmp_path / "labels.csv"
    secret.write_bytes(NOTEBOOK)
    os.link(secret, folder / "data.csv")
    submission = read_small(folder)
    assert list(submission.files) == ["own.csv", "words.zip"]
    assert submission.remarks[0].startswith("Not taken over: data.csv (only plain files are")
    (folder / "notebook.ipynb").unlink()
    os.link(secret, folder / "notebook.ipynb")
    with pytest.raises(BadSubmission, match=r"notebook.ipynb is a hard link"):
        read_submitted_notebook(folder / "notebook.ipynb")
