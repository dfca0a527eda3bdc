"""`autograder doctor` names each need of grading, and says what to do about each that is not met."""

import os
import re
from collections import namedtuple
from pathlib import Path

import psutil
import pytest
from commands import Commands
from conftest import Command
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from autograder import doctor
from autograder.doctor import Check, examine

NAMES = ["Python", "packages", "kernel", "sandbox", "cores", "memory", "grading/"]


def check(name: str, root: Path) -> Check:
    return next(one for one in examine(root) if one.name == name)


def test_each_need_is_a_line_and_the_exit_code_says_whether_all_are_met(course: Path, command: Command) -> None:
    result = command("autograder", "doctor")
    lines = [re.fullmatch(r"(✔|✘|ok|NO) ([\w/]+): .+", line) for line in result.stdout.splitlines()]
    assert [line and line[2] for line in lines] == NAMES
    unmet = [line[2] for line in lines if line and line[1] in ("✘", "NO")]
    assert result.returncode == bool(unmet)
    assert bool(result.stderr.strip()) == bool(unmet), "advice is given if and only if something is wrong"


def test_outside_of_a_course_it_says_where_to_go(tmp_path: Path, commands: Commands) -> None:
    result = commands.run(tmp_path, "autograder", "doctor")
    assert result.returncode == 2
    assert "change to the course folder" in result.stderr


def test_a_python_that_is_too_old_is_named_with_those_that_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PYTHONS", ((3, 98), (3, 99)))
    python = check("Python", tmp_path)
    assert not python.good
    assert python.advice == "Install a Python from 3.98 to 3.99."


def test_a_kernel_that_is_missing_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: KernelSpecManager, name: str) -> None:
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", refuse)
    kernel = check("kernel", tmp_path)
    assert not kernel.good
    assert kernel.advice == "Run: python -m pip install ipykernel"


def test_a_missing_sandbox_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "sandbox_problem", lambda: "Isolating submissions needs Linux.")
    sandbox = check("sandbox", tmp_path)
    assert not sandbox.good
    assert "--no-sandbox" in sandbox.detail
    assert sandbox.advice == "Isolating submissions needs Linux."


def test_little_memory_is_answered_by_fewer_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = namedtuple("memory", "total")
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory(2e9))
    little = check("memory", tmp_path)
    assert (little.good, little.detail) == (False, "2.0 GB")
    assert "--workers 1" in (little.advice or "")


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_course_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access  # root may write everywhere
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path and access(path, mode))
    folder = check("grading/", tmp_path)
    assert (folder.good, folder.detail) == (False, "not writable")
    assert folder.advice == f"Allow writing to {tmp_path / 'grading'}."
