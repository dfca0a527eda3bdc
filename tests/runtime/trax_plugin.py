"""A pytest plugin under which Trax's own tests run: what the tests, not Trax, need of 2021, and which are left out.

What Trax itself needs is fixed in `trax_runtime`. Here stand only names that the tests use on their own: TensorFlow's
test case, and modules and functions that JAX and NumPy have dropped since.
"""

import contextlib
import json
import os
import random
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import jax
import numpy as np
import pytest
import tensorflow
import tensorflow.compat.v2
from absl import flags
from absl.testing import absltest
from trax_runtime import missing
from trax_runtime.fixes import Over

LISTED = tomllib.loads(Path(__file__).with_name("trax_own_tests.toml").read_text(encoding="utf-8"))
LEFT_OUT = {name: group for group in LISTED["left_out"] for name in group["tests"]}
SLOW = set() if os.environ.get("TRAX_TESTS") == "all" else {n for group in LISTED["slow"] for n in group["tests"]}
OUTCOMES: dict[str, str] = {}


def module(name: str, **names: Any) -> ModuleType:
    """Put a module of this name, which holds `names`, where `import` looks first."""
    made = sys.modules[name] = ModuleType(name)
    made.__dict__.update(names)
    return made


class TestCase(absltest.TestCase):  # type: ignore[misc]  # absl carries no types
    """What Trax's tests use of `tf.test.TestCase`: two assertions on arrays, with TensorFlow's tolerances."""

    def assertAllEqual(self, a: Any, b: Any) -> None:  # noqa: N802 - TensorFlow's name
        np.testing.assert_array_equal(a, b)

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6) -> None:  # noqa: N802 - likewise
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


class Absent:
    """Stands for a name that a test module imports and only some of its tests use: any use says what is missing."""

    def __init__(self, package: str, name: str) -> None:
        self.package, self.name = package, name

    def __getattr__(self, name: str) -> Any:
        return missing(self.package, f"{self.name}.")(name)

    def __call__(self, *args: Any, **names: Any) -> Any:
        return missing(self.package)(self.name)


def assert_trees_equal(a: Any, b: Any) -> None:
    """Compare arrays, or nested lists of arrays; NumPy made one array of a ragged list until 1.24."""
    jax.tree_util.tree_map(np.testing.assert_array_equal, a, b)


def pytest_configure() -> None:
    """Parse absl's flags, which its test cases read, and put the names in place that test modules import."""
    flags.FLAGS([sys.argv[0]])
    test = SimpleNamespace(TestCase=TestCase, get_temp_dir=lambda: flags.FLAGS.test_tmpdir)
    gfile = SimpleNamespace(MakeDirs=tensorflow.io.gfile.makedirs)
    tensorflow.test = tensorflow.compat.v2.test = test
    tensorflow.compat.v1 = module("tensorflow.compat.v1", test=test, gfile=gfile)
    module("jax.config", config=jax.config)
    module("t5")
    module("t5.data", assert_dataset=Absent("t5", "data"), preprocessors=Absent("t5", "data.preprocessors"))
    # trainer_lib_test sets TensorFlow's float64 switch around every test, also around those on JAX.
    switch = SimpleNamespace(is_allow_float64=lambda: False, set_allow_float64=lambda allow: None)
    module("trax.tf_numpy", numpy=switch, extensions=SimpleNamespace(tpu_devices=lambda: []))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test that is left out run and fail for the reason that is given: one that passes fails the run."""
    OUTCOMES.update({item.nodeid: "slow" for item in items if item.nodeid in SLOW})
    items[:] = [item for item in items if item.nodeid not in SLOW]
    for item in items:
        if group := LEFT_OUT.get(item.nodeid):
            error = pytest.RaisesExc(match=group["says"])
            item.add_marker(pytest.mark.xfail(raises=error, reason=group["reason"], strict=True))
        parent = item.getparent(pytest.Module)
        assert parent
        names = parent.obj.__dict__
        if names.get("jax") is jax:
            tree = jax.tree_util
            names["jax"] = Over(jax, tree_map=tree.tree_map, tree_structure=tree.tree_structure)
        if names.get("np") is np:
            names["np"] = Over(np, testing=Over(np.testing, assert_array_equal=assert_trees_equal))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Draw the same numbers in every run; a few tests need those that JAX drew in 2021."""
    random.seed(0)
    np.random.seed(0)
    with jax.threefry_partitionable(False) if item.nodeid in LISTED["old_draws"] else contextlib.nullcontext():
        return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what became of each test."""
    if report.when == "call" or not report.passed:
        OUTCOMES[report.nodeid] = "left out" if hasattr(report, "wasxfail") else report.outcome


def pytest_sessionfinish() -> None:
    """Write what became of each test where the caller reads it."""
    Path(os.environ["TRAX_TEST_OUTCOMES"]).write_text(json.dumps(OUTCOMES), encoding="utf-8")
