"""The real Trax, unmodified, imports, trains, saves and resumes on the stand-ins."""

import base64
import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import jax
import pytest
import trax
from trax import fastmath


def run(code: str) -> str:
    """Run code in a fresh process; it has to end well and say nothing on stderr."""
    result = subprocess.run([sys.executable, "-W", "error::DeprecationWarning:trax", "-c", code], **PIPES)
    assert (result.returncode, result.stderr) == (0, "")
    return str(result.stdout)


PIPES: dict[str, Any] = {"capture_output": True, "text": True, "check": False}
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


def test_log_softmax_of_a_new_shape_takes_two_programs_and_not_one_for_each_step() -> None:
    code = """
import jax, numpy as np
from trax import layers as tl
events = []
jax.monitoring.register_event_duration_secs_listener(lambda event, *_, **__: events.append(event.rsplit("/")[-1]))
tl.LogSoftmax()(np.ones((1, 2), np.float32))
events.clear()
log_p = tl.LogSoftmax()(np.arange(6, dtype=np.float32).reshape(2, 3))
print(events.count("backend_compile_duration"), np.exp(log_p).sum(axis=1).round(3))
"""
    assert run(code) == "2 [1. 1.]\n"


def test_models_load_when_they_are_first_used() -> None:
    code = "import trax, numpy as np; m = trax.models.MLP((4, 3)); m.init(trax.shapes.ShapeDtype((2, 4))); "
    assert run(code + "print(m(np.ones((2, 4), np.float32)).shape)") == "(2, 3)\n"


def test_metrics_of_a_run_are_lines_of_json(tmp_path: Path) -> None:
    folder = str(tmp_path)
    run(MODEL + f"training_loop = loop(optimizers.Adam(), {folder!r})\ntraining_loop.run(10)\ntraining_loop.run(10)")
    files = sorted((tmp_path / "eval").iterdir())
    assert [file.name for file in files] == ["metrics.1.jsonl", "metrics.2.jsonl"]
    last = json.loads(files[1].read_text(encoding="utf-8").splitlines()[-1])
    assert (last["step"], last["tag"]) == (20, "metrics/WeightedCategoryAccuracy")


def test_a_sublayer_runs_alone_after_the_whole_model_was_made_ready() -> None:
    code = """
import numpy as np
from trax import layers as tl, shapes
X = np.ones((2, 3), np.float32)
model = tl.Serial(tl.Dense(4), tl.Relu(), tl.Serial(tl.Dense(2), tl.LogSoftmax()))
model.init(shapes.signature(X))
for layer in model.sublayers:
    X = layer(X)
print(X.shape)
"""
    assert run(code) == "(2, 2)\n"


def test_custom_grad_is_the_gradient_that_was_given() -> None:
    square = fastmath.custom_grad(lambda x: (x**2, lambda g: (100 * g,)), lambda x: x**2)
    assert (square(3.0), fastmath.grad(square)(3.0)) == (9, 100)


def test_weights_are_copied_to_every_device() -> None:
    code = """
import os
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
import numpy as np
from trax import layers as tl, shapes
layer = tl.Accelerate(tl.Dense(4), n_devices=2)
X = np.ones((6, 3), np.float32)
layer.init(shapes.signature(X))
print(layer.weights[0].shape, layer(X).shape)
"""
    assert run(code) == "(2, 3, 4) (6, 4)\n"


def test_batch_normalization_counts_its_batches_without_a_warning() -> None:
    layer, X = trax.layers.BatchNorm(axis=(0,)), jax.numpy.arange(6.0).reshape(3, 2)
    with warnings.catch_warnings(action="error"):
        layer.init(trax.shapes.signature(X))
        layer(X)
    assert int(layer.state[2]) == 1


def test_a_compiled_function_runs_on_the_device_it_is_given_without_a_warning() -> None:
    with warnings.catch_warnings(action="error"):
        assert fastmath.jit(lambda x, y: x + y, device=jax.devices()[0])(2, y=3) == 5


def test_the_reversible_trainer_frees_accelerators_and_keeps_what_the_cpu_holds() -> None:
    code = """
import numpy as np
from trax import fastmath, layers as tl, optimizers, shapes
from trax.optimizers import trainer
layers = [tl.Dense(4), tl.Dup(), tl.ReversibleHalfResidual(tl.Dense(4)), tl.Concatenate(), tl.Dense(1)]
batch = np.ones((4, 4), np.float32), np.zeros((4, 1), np.float32), np.ones((4, 1), np.float32)
tl.Serial(layers, tl.L2Loss()).init(shapes.signature(batch))
blocks, loss = trainer.extract_reversible_blocks([*layers, tl.L2Loss()], loss_chunk_size=0)
training = trainer.ReversibleSerialTrainer(blocks, loss, optimizers.SGD, n_devices=1, free_accelerators_on_step=True)
losses = [float(training.one_step(batch, fastmath.random.get_prng(0), step, 0.01)[0]) for step in (1, 2, 3)]
print(losses == sorted(losses, reverse=True))
"""
    assert run("import warnings; warnings.filterwarnings('ignore', 'Some donated')" + code).endswith("True\n")


def test_the_old_trainer_saves_the_graph_of_its_computation(tmp_path: Path) -> None:
    code = (
        MODEL
        + f"""
from trax.data import inputs
from trax.supervised import trainer_lib
data = inputs.Inputs(lambda n_devices: batches())
mlp = lambda mode: trax.models.MLP((4, 2))
trainer_lib.train({str(tmp_path)!r}, mlp, inputs=data, steps=2, eval_steps=1, use_loop=False)
"""
    )
    run(code)
    assert (tmp_path / "forward.txt").read_text(encoding="utf-8").startswith("HloModule")


def test_a_stream_is_sought_without_a_warning() -> None:
    with warnings.catch_warnings(action="error"):
        assert next(trax.data.UniformlySeek("letters", dataset_size=4)(iter("abcd"))) == "a"


@pytest.mark.parametrize(
    ("code", "lacking"),
    [
        ("trax.AsKeras(None)", "tensorflow has no 'keras'"),
        (
            "with trax.fastmath.use_backend('tensorflow-numpy'): trax.fastmath.numpy.ones(3)",
            "tensorflow has no 'experimental.n",
        ),
        ("trax.fastmath.tf.tf_xla_forced_compile_enabled()", "tensorflow has no 'experimental.numpy.tf_xla"),
        ("import trax.tf_numpy.numpy", "tensorflow has no 'experimental.numpy'"),
        ("import trax.trainer", "tensorflow has no 'config'"),
        (
            "import trax.jaxboard; trax.jaxboard.SummaryWriter('.', enable=False).image('a', 1)",
            "tensorflow has no 'summ",
        ),
        ("trax.data.TFDS('imdb_reviews')", "tensorflow-datasets has no 'builder'"),
        ("import trax.supervised.pretrain_finetune", "tensorflow-datasets has no 'Split'"),
        ("next(trax.data.SentencePieceTokenize()(iter('a')))", "t5 has no 'data'"),
        ("next(trax.data.tokenize(iter('a'), vocab_file='en_8k.subword'))", "tensorflow has no 'gs://'"),
        ("import trax.rl.task; trax.rl.task.RLTask('CartPole-v0')", "gym has no 'make'"),
        ("import tensorflow as tf; tf.constant(1)", "tensorflow has no 'constant'"),
        ("import tensorflow as tf; tf.io.read_file('a')", "tensorflow has no 'io.read_file'"),
        ("import tensorflow as tf; tf.io.gfile.walk('a')", "tensorflow has no 'io.gfile.walk'"),
        ("import tensorflow as tf; tf.TensorShape([1])", "tensorflow has no 'TensorShape'"),
        ("from tensorflow import keras", "tensorflow has no 'keras'"),
        ("import tensorflow.keras.layers", "tensorflow has no 'keras'"),
        ("import gym.wrappers", "gym has no 'wrappers'"),
    ],
)
def test_what_needs_the_real_package_says_so_in_one_sentence(code: str, lacking: str) -> None:
    errors = (AttributeError, ImportError, NotImplementedError)
    sentence = re.escape(f"This course's stand-in for {lacking}")
    with warnings.catch_warnings(action="error"), pytest.raises(errors, match=sentence):
        exec(code, {"trax": trax})


def test_trax_is_byte_for_byte_what_its_wheel_holds() -> None:
    files = {Path(str(file.locate())): file.hash for file in importlib.metadata.files("trax") or []}
    for path, recorded in files.items():
        if recorded and path.name != "RECORD":
            digest = hashlib.new(recorded.mode, path.read_bytes()).digest()
            assert recorded.value == base64.urlsafe_b64encode(digest).decode().rstrip("="), path
    trax = Path(str(importlib.metadata.distribution("trax").locate_file("trax")))
    added = {path for path in trax.rglob("*") if path.is_file()} - set(files)
    assert {path for path in added if f"{sys.implementation.cache_tag}.pyc" not in path.name} == set()


def test_no_tensorflow_is_installed() -> None:
    assert not {"tensorflow", "tensorflow-cpu", "keras"} & {d.name.lower() for d in importlib.metadata.distributions()}
