"""Trax's own tests, which its wheel carries, pass on the stand-ins: the proof of the Trax runtime.

trax_own_tests.toml lists how many there are and which are left out, each with its reason; trax_plugin.py is what they
run under. `make test` leaves the slow ones to `make trax-tests`, which sets TRAX_TESTS=all.
"""

import collections
import importlib.metadata
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TRAX = Path(str(importlib.metadata.distribution("trax").locate_file("trax")))
LISTED = tomllib.loads((HERE / "trax_own_tests.toml").read_text(encoding="utf-8"))
FOLDERS = ["data", "fastmath", "layers", "layers/research", "optimizers", "supervised"]
# No cache: nothing may be written beside the tests, in site-packages.
INI = """[pytest]
addopts = -p trax_plugin -p no:cacheprovider -p no:xdist --import-mode=append --quiet --tb=short
"""
EXPECTED = {name: "left out" for group in LISTED["left_out"] for name in group["tests"]}
EXPECTED |= dict.fromkeys(LISTED["skipped"], "skipped")
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1"}
if os.environ.get("TRAX_TESTS") != "all":
    EXPECTED |= {name: "slow" for group in LISTED["slow"] for name in group["tests"]}
    # Most of the time is spent compiling programs that run once. This setting saves a quarter of it. Tests that compute
    # for long take longer with it; they are among the slow ones.
    ENVIRONMENT["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "true"


def module(test: str) -> str:
    """Return the file that a test lies in."""
    return test.partition("::")[0]


def modules(folder: str) -> list[str]:
    """Return the listed test modules that lie right in a folder of Trax."""
    return [file for file in LISTED["collected"] if file.rpartition("/")[0] == folder]


def outcomes(folder: str, tmp_path: Path) -> dict[str, str]:
    """Run a folder's tests in a process of their own; return what became of each."""
    (tmp_path / "pytest.ini").write_text(INI, encoding="utf-8")
    result = tmp_path / "outcomes.json"
    options = [f"--config-file={tmp_path / 'pytest.ini'}", f"--rootdir={TRAX}"]
    places = {"PYTHONPATH": str(HERE), "TRAX_TEST_OUTCOMES": str(result), "TEST_TMPDIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *(TRAX / file for file in modules(folder))],
        cwd=tmp_path,
        env=os.environ | ENVIRONMENT | places,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return dict(json.loads(result.read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", ["", *FOLDERS])
def test_traxs_own_tests_pass(folder: str, tmp_path: Path) -> None:
    """All tests of a folder run, and all pass but those left out, which fail for the reason given."""
    came = outcomes(folder, tmp_path)
    assert collections.Counter(map(module, came)) == {name: LISTED["collected"][name] for name in modules(folder)}
    others = {name: outcome for name, outcome in came.items() if outcome != "passed"}
    assert others == {name: outcome for name, outcome in EXPECTED.items() if module(name) in modules(folder)}


def test_every_test_module_of_trax_is_listed() -> None:
    there = {path.relative_to(TRAX).as_posix() for folder in FOLDERS for path in (TRAX / folder).glob("*_test.py")}
    assert set(LISTED["collected"]) == there | {"import_test.py", "shapes_test.py"} >= set(map(module, EXPECTED))
