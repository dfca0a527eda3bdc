"""The real Trax, unmodified, imports, trains, saves and resumes on the stand-ins."""

import base64
import hashlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str) -> str:
    """Run code in a fresh process; it has to end well and say nothing on stderr."""
    result = subprocess.run([sys.executable, "-W", "error::DeprecationWarning:trax", "-c", code], **PIPES)
    assert (result.returncode, result.stderr) == (0, "")
    return str(result.stdout)


PIPES: dict = {"capture_output": True, "text": True, "check": False}
MODEL = """
import tempfile, numpy as np, trax
from trax import layers as tl, optimizers
from trax.supervised import training

def batches():
    rng = np.random.default_rng(0)
    while True:
        y = rng.integers(0, 2, 16).astype(np.int32)
        X = (rng.integers(1, 50, (16, 10)) + 50 * y[:, None]).astype(np.int32)
        yield X, y, np.ones(16, np.float32)

def model():
    return tl.Serial(tl.Embedding(100, 8), tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())

def loop(optimizer, folder):
    rate = trax.lr.warmup_and_rsqrt_decay(10, 0.01)
    task = training.TrainTask(batches(), tl.WeightedCategoryCrossEntropy(), optimizer, rate, n_steps_per_checkpoint=10)
    evaluation = training.EvalTask(batches(), [tl.WeightedCategoryAccuracy()], n_eval_batches=2)
    return training.Loop(model(), task, eval_tasks=[evaluation], output_dir=folder)
"""


def test_import_says_nothing_and_slides_name_works() -> None:
    code = "import trax; f = lambda x: 3 * x**2 + x; print(trax.fastmath.grad(f)(2.0), trax.math.grad(f)(2.0))"
    assert run(code) == "13.0 13.0\n"


def test_the_slides_import_line_works_alone() -> None:
    assert run("from trax import layers as tl; print(tl.Dense(4))") == "Dense_4\n"


def test_math_can_be_imported_by_name() -> None:
    assert run("import trax.math; from trax.math import grad; print(grad(lambda x: 3 * x**2 + x)(1.0))") == "7.0\n"


def test_a_process_may_fork_after_the_import() -> None:
    code = "import trax, threading; from jax._src import xla_bridge as x; print(threading.active_count(), x._backends)"
    assert run(code) == "1 {}\n"


def test_matplotlib_keeps_the_backend_that_a_notebook_chose() -> None:
    code = "import matplotlib; matplotlib.use('svg'); import trax, trax.jaxboard; print(matplotlib.get_backend())"
    assert run(code) == "svg\n"


@pytest.mark.parametrize("optimizer", ["Adam", "Momentum", "RMSProp", "Adafactor", "SGD"])
def test_a_loop_resumes_from_its_own_checkpoint(optimizer: str) -> None:
    code = (
        MODEL
        + f"""
folder = tempfile.mkdtemp()
for steps in (10, 20):
    training_loop = loop(optimizers.{optimizer}(), folder)
    training_loop.run(steps)
print("step", training_loop.step)
"""
    )
    assert run(code).endswith("step 30\n")


def test_a_model_comes_back_from_its_file_with_equal_outputs() -> None:
    code = (
        MODEL
        + """
folder = tempfile.mkdtemp()
training_loop = loop(optimizers.Adam(), folder)
training_loop.run(10)
X = next(batches())[0]
fresh = model()
fresh.init_from_file(folder + "/model.pkl.gz", weights_only=True, input_signature=trax.shapes.signature(X))
print(np.array_equal(fresh(X), training_loop.eval_model(X)))
"""
    )
    assert run(code).endswith("True\n")


def test_models_load_when_they_are_first_used() -> None:
    code = "import trax, numpy as np; m = trax.models.MLP((4, 3)); m.init(trax.shapes.ShapeDtype((2, 4))); "
    assert run(code + "print(m(np.ones((2, 4), np.float32)).shape)") == "(2, 3)\n"


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("trax.AsKeras(None)", "tensorflow"),
        ("trax.data.TFDS('imdb_reviews')", "tensorflow-datasets"),
        ("import gym; gym.make('CartPole-v0')", "gym"),
        ("import tensorflow as tf; tf.constant(1)", "tensorflow"),
    ],
)
def test_what_needs_tensorflow_says_so_in_one_sentence(code: str, named: str) -> None:
    result = subprocess.run([sys.executable, "-c", f"import trax; {code}"], **PIPES)
    assert f"stand-in for {named} has no" in result.stderr


def test_trax_is_byte_for_byte_what_its_wheel_holds() -> None:
    for file in importlib.metadata.files("trax") or []:
        if file.hash and file.name != "RECORD":
            digest = hashlib.new(file.hash.mode, Path(str(file.locate())).read_bytes()).digest()
            assert file.hash.value == base64.urlsafe_b64encode(digest).decode().rstrip("="), file


def test_no_tensorflow_is_installed() -> None:
    assert not {"tensorflow", "tensorflow-cpu", "keras"} & {d.name.lower() for d in importlib.metadata.distributions()}
