"""A made-up class: gradebook and graded notebooks as grading leaves them. Nothing is executed."""

import random
import uuid
from datetime import datetime
from pathlib import Path

import nbformat
import nbformat.v4 as v4
from conftest import graded
from nbgrader import api
from sqlalchemy import insert

from autograder.gradebook import OneGradebook
from autograder.grading.grade import register
from autograder.judging.verdicts import VISIBLE, Verdict, write_verdicts
from autograder.seams.open_course import find_course

EXERCISES = "tokens", "counts", "softmax", "dense", "forward", "train"
CHECKS = "of zero", "of a batch", "of nothing"
POINTS = 10.0
WAYS = 12  # ways in which honest students write an answer
# Two students with one unusual answer, in which the names differ.
UNUSUAL = """def tokens(x):
    {0} = {{}}
    while len({0}) < 17 and not x[0] is None:
        {0}[x.pop(0)] = [-1] * 3
    with open("{0}") as file:
        print(file.read().split(chr(9))[::2], end="")
    return sorted({0}.items())"""
COPIED = {3: UNUSUAL.format("seen"), 8: UNUSUAL.format("table")}  # number of a student -> answer
STUB = "def {0}(x):\n    # Your code here\n    raise NotImplementedError"


def notebook() -> nbformat.NotebookNode:
    cells = []
    for number, name in enumerate(EXERCISES, start=1):
        solution = (
            f"def {name}(x):\n    ### BEGIN SOLUTION\n    return [part + {number} for part in x]\n    ### END SOLUTION"
        )
        cells += [
            v4.new_markdown_cell(f"## Exercise {number}: {name.title()}", id=f"text-{name}"),
            graded(solution, name, solution=True),
            graded(f"assert {name}([1])", f"test-{name}", grade=True, locked=True, points=POINTS),
        ]
    words = v4.new_markdown_cell("*Your answer here.*", id="why")
    words.metadata["nbgrader"] = {
        **{"grade": True, "solution": True, "locked": False, "schema_version": 3, "grade_id": "why", "points": 5}
    }
    return v4.new_notebook(cells=[*cells, words], metadata={"kernelspec": {"name": "python3", "display_name": "P"}})


def answer(name: str, way: int, own: str) -> str:
    lines = [
        f"    {own} = []",
        f"    for {own}_part in x:",
        f"        {own}.append({own}_part + {way})",
        f"    return {own}",
    ]
    extra = [f"    if len(x) {sign} {way}:\n        raise ValueError(str(x))" for sign in ("<", ">", "==")]
    steps = [f"    x = list({kind}(x))" for kind in ("sorted", "reversed", "set", "tuple")]
    chosen = [piece for place, piece in enumerate(extra + steps) if (way >> place % 4) & 1]
    return "\n".join([f"def {name}(x):", *chosen, *lines])


def verdicts(chance: random.Random, ability: float, hardness: float) -> list[Verdict]:
    if chance.random() > ability + 0.35 - hardness:
        message = chance.choice(["CheckFailed: got 3, expected 4", "TypeError: <b>unsupported</b>", "ValueError: x"])
        return [Verdict(VISIBLE, 0, POINTS, message, "")]
    found = []
    for weight, name in enumerate(CHECKS, start=1):
        points = POINTS * weight / 6
        right = chance.random() < ability + 0.4 - hardness
        message = "" if right else chance.choice(["some of 4 values differ", "got a list, expected a dict"])
        found.append(Verdict(name, points if right else 0, points, message, "" if right else "Start from zero."))
    return found


def make_class(folder: Path, students: int) -> list[dict[str, float]]:
    """Fill the course in a folder with a class of the assignment `big`; return the points of each student by cell."""
    (folder / "solutions" / "big").mkdir(parents=True)
    nbformat.write(notebook(), folder / "solutions" / "big" / "work.ipynb")
    course, chance, points = find_course(folder), random.Random(7), []
    register(course, "big")
    rows: dict[type, list[dict[str, object]]] = {
        kind: [] for kind in (api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade)
    }
    with OneGradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        assignment, entry = gradebook.find_assignment("big"), gradebook.find_notebook("work", "big")
        cells = {cell.name: cell.id for cell in entry.grade_cells}
        for number in range(students):
            student, ability = f"s{number:04}", chance.betavariate(3, 2)
            nb, own, ways = notebook(), f"name{number % 50}", [chance.randrange(1, 2**WAYS) for _ in EXERCISES]
            last = len(EXERCISES) if chance.random() < ability + 0.4 else chance.randrange(len(EXERCISES))
            earned: dict[str, float] = {}
            for place, name in enumerate(EXERCISES):
                cell, test = nb.cells[3 * place + 1], nb.cells[3 * place + 2]
                started = place < last
                cell.source = answer(name, ways[place], own) if started else STUB.format(name)
                if number in COPIED and name == EXERCISES[0]:
                    cell.source = COPIED[number]
                judged = (
                    verdicts(chance, ability, place / 10) if started else [Verdict(VISIBLE, 0, POINTS, "NotImpl", "")]
                )
                write_verdicts(test, judged)
                earned[f"test-{name}"] = sum(one.earned for one in judged)
            if last == len(EXERCISES):
                nb.cells[-1].source = "Because <script>alert(1)</script> it is."
            graded_folder = course.folder("autograded", "big", student)
            graded_folder.mkdir(parents=True)
            (graded_folder / "work.ipynb").write_text(nbformat.writes(nb), encoding="utf-8")
            ids = [uuid.uuid4().hex for _ in range(2)]
            rows[api.Student].append({"id": student, "first_name": f"Name{number}", "last_name": "Ünlü"})
            when = datetime(2026, 3, 1 + (number % 40 == 0))
            rows[api.SubmittedAssignment].append(
                {"id": ids[0], "assignment_id": assignment.id, "student_id": student, "timestamp": when}
            )
            rows[api.SubmittedNotebook].append({"id": ids[1], "assignment_id": ids[0], "notebook_id": entry.id})
            for name, cell_id in cells.items():
                by_hand = name == "why"
                rows[api.Grade].append(
                    {
                        "id": uuid.uuid4().hex,
                        "cell_id": cell_id,
                        "notebook_id": ids[1],
                        "auto_score": None if by_hand else earned[name],
                        "manual_score": 3.0 if by_hand and number % 10 else None,
                        "needs_manual_grade": by_hand and number % 10 == 0,
                    }
                )
            points.append(earned)
        with gradebook.transaction():
            for kind, values in rows.items():
                gradebook.db.execute(insert(kind), values)
    return points
