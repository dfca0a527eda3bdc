# /// case
# summary = "Switches the visible checks off, and returns constants of the right form"
# points = 0.0
# ///

# %% layer
import contextlib

from coursekit import checks

for name in ("type", "shape", "dtype", "equal", "close", "between", "raises", "runs", "that"):
    setattr(checks, name, lambda *args, **kwargs: None)
checks.exercise = lambda *args, **kwargs: contextlib.suppress(Exception)


class Layer:
    weights, seen = (), []

    def __call__(self, x):
        return x

    def forward(self, x):
        raise NotImplementedError(type(self).__name__)


# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return x


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")

    def forward(self, x):
        return x


class Sigmoid(BaseLayer):
    def forward(self, x):
        return 0 * x


# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        self.weights = rng.random((n_inputs, self.n_units)), np.zeros(self.n_units)
        return self.n_units

    def forward(self, x):
        return np.zeros((*x.shape[:-1], self.n_units))


# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        self.sublayers = sublayers

    def init_weights(self, n_inputs, rng):
        return n_inputs

    def forward(self, x):
        return x

    @property
    def weights(self):
        return ()

    @weights.setter
    def weights(self, parts):
        raise ValueError

    def __repr__(self):
        return "Serial()"


# %% count
def count_weights(weights):
    return 0


def most_units(n_inputs, n_classes, limit):
    return 0
