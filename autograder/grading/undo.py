"""Undo: computed points, comments and pages as they were before the last regrade that was applied.

They are kept in a folder next to the journal. Points and comments that a person gave are never touched.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.course import JOURNAL, Course
from autograder.errors import UsageError
from autograder.files import remove_tree, write_atomically
from autograder.gradebook import OneGradebook
from autograder.grading.journal import Journal

SHOWN = "autograded", "feedback"  # the steps whose folders show grades
STATE = "gradebook.json"
BEGUN, DONE = "undo-begun", "undo"  # suffixes of the folder while a regrade is entered, and from then on
OF_A_GRADE = "auto_score", "manual_score", "needs_manual_grade"


def keep_for_undo(course: Course, assignment: str, students: Iterable[str]) -> None:
    """Keep what the gradebook and the graded folders have of students, before a regrade enters new grades.

    If an earlier regrade was interrupted, what it kept stays: that is the older state.
    """
    folder = _folder(course, assignment, BEGUN)
    state = _read(folder) or {"maximum": {}, "students": {}}
    folder.mkdir(parents=True, exist_ok=True)
    with Journal(_journal(course, assignment)), _gradebook(course) as gradebook:
        state["maximum"] = _maximum(gradebook, assignment) | state["maximum"]
        marks = gradebook.marks(assignment)
        for student in students:
            if student not in state["students"]:
                for step in SHOWN:
                    _copy(course.folder(step, assignment, student), folder / step / student)
                state["students"][student] = _state(gradebook, assignment, student) | {"mark": marks.get(student)}
    write_atomically(folder / STATE, json.dumps(state))


def note_applied(course: Course, assignment: str) -> None:
    """Note that the regrade is complete, and what it entered: grades that are entered later are not undone."""
    folder, done = (_folder(course, assignment, suffix) for suffix in (BEGUN, DONE))
    state = _read(folder)
    assert state is not None
    with _gradebook(course) as gradebook:
        marks = gradebook.marks(assignment)
    for student, before in state["students"].items():
        before["entered"] = marks.get(student)
    if all(before["entered"] == before["mark"] for before in state["students"].values()):
        remove_tree(folder)  # it changed nothing: the one before it can still be undone
        return
    write_atomically(folder / STATE, json.dumps(state))
    remove_tree(done)
    folder.rename(done)


def undo(course: Course, assignment: str, students: list[str]) -> tuple[list[str], list[str]]:
    """Take the last applied regrade back for the named students, for all if none are named.

    Returns:
        The students whose grades are as before, and those who have been graded since and stay as they are.

    Raises:
        UsageError: there is nothing to undo.
    """
    folders = [_folder(course, assignment, suffix) for suffix in (BEGUN, DONE)]
    folder, state = next(((one, state) for one in folders if (state := _read(one))), (folders[0], None))
    if state is None:
        raise UsageError(f"No regrade of {assignment} has been applied, so there is nothing to undo.")
    if unknown := [student for student in students if student not in state["students"]]:
        raise UsageError(f"The last regrade of {assignment} did not change {unknown[0]}.")
    restored: list[str] = []
    graded_since: list[str] = []
    with Journal(_journal(course, assignment)), _gradebook(course) as gradebook:
        marks = gradebook.marks(assignment)
        for student in students or sorted(state["students"]):
            before = state["students"][student]
            if "entered" in before and marks.get(student) != before["entered"]:
                graded_since.append(student)
                continue
            with gradebook.transaction():
                _restore(gradebook, assignment, student, before)
            for step in SHOWN:
                _put_back(folder / step / student, course.folder(step, assignment, student))
            restored.append(student)
        if not students:
            with gradebook.transaction():
                _restore_maximum(gradebook, assignment, state["maximum"])
    for student in restored:
        del state["students"][student]
    if state["students"] and students:
        write_atomically(folder / STATE, json.dumps(state))
    else:
        remove_tree(folder)
    return restored, graded_since


def _folder(course: Course, assignment: str, suffix: str) -> Path:
    return Path(course.root, JOURNAL, f"{assignment}.{suffix}")


def _journal(course: Course, assignment: str) -> Path:
    return Path(course.root, JOURNAL, f"{assignment}.db")


def _gradebook(course: Course) -> OneGradebook:
    return OneGradebook(course.directory.db_url, course.directory.course_id)


def _read(folder: Path) -> dict[str, Any] | None:
    path = folder / STATE
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _state(gradebook: OneGradebook, assignment: str, student: str) -> dict[str, Any]:
    """Return what the gradebook has of a student's submission, as JSON data."""
    notebooks = gradebook.find_submission(assignment, student).notebooks
    answers = gradebook.answers(grade.id for notebook in notebooks for grade in notebook.grades)
    return {
        "notebooks": {
            notebook.name: {
                "penalty": notebook.late_submission_penalty,
                "grades": {
                    grade.name: {name: getattr(grade, name) for name in OF_A_GRADE} | {"answer": answers.get(grade.id)}
                    for grade in notebook.grades
                },
                "comments": {comment.name: comment.auto_comment for comment in notebook.comments},
            }
            for notebook in notebooks
        }
    }


def _restore(gradebook: OneGradebook, assignment: str, student: str, before: dict[str, Any]) -> None:
    answers = {}
    for notebook in gradebook.find_submission(assignment, student).notebooks:
        was = before["notebooks"].get(notebook.name)
        if was is None:
            continue
        notebook.late_submission_penalty = was["penalty"]
        for grade in notebook.grades:
            if facts := was["grades"].get(grade.name):
                grade.auto_score = facts["auto_score"]
                if grade.manual_score == facts["manual_score"]:  # else a person has looked at it since
                    grade.needs_manual_grade = facts["needs_manual_grade"]
                if facts["answer"]:
                    answers[grade.id] = facts["answer"]
        for comment in notebook.comments:
            comment.auto_comment = was["comments"].get(comment.name)
    gradebook.set_answers(answers)
    gradebook.mark(assignment, student, before["mark"])


def _graded_cells(gradebook: OneGradebook, assignment: str) -> dict[str, Any]:
    """Return name of a notebook and of a cell, as JSON -> row of the cell."""
    return {
        json.dumps([notebook.name, cell.name]): cell
        for notebook in gradebook.find_assignment(assignment).notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }


def _maximum(gradebook: OneGradebook, assignment: str) -> dict[str, float]:
    return {name: cell.max_score for name, cell in _graded_cells(gradebook, assignment).items()}


def _restore_maximum(gradebook: OneGradebook, assignment: str, maximum: dict[str, float]) -> None:
    for name, cell in _graded_cells(gradebook, assignment).items():
        cell.max_score = maximum.get(name, cell.max_score)


def _copy(folder: Path, target: Path) -> None:
    """Copy a folder if it exists; its files are linked where possible, because they are replaced and never edited."""
    remove_tree(target)
    if folder.is_dir():
        try:
            shutil.copytree(folder, target, copy_function=os.link)
        except (OSError, shutil.Error):  # another file system, or one without links
            remove_tree(target)
            shutil.copytree(folder, target)


def _put_back(kept: Path, folder: Path) -> None:
    """Replace a folder by the one that was kept, in one step; remove it if none was."""
    new_folder = folder.with_name(f".{folder.name}")  # nbgrader does not look into hidden folders
    _copy(kept, new_folder)
    remove_tree(folder)
    if new_folder.exists():
        new_folder.rename(folder)
