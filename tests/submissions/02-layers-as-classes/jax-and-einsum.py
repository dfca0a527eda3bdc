# /// case
# summary = "Right with JAX: jax.numpy, einsum, reduce, and Trax's own helpers"
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights, self.seen = (), []

    def __call__(self, x):
        self.seen = [*self.seen, x.shape]
        return type(self).forward(self, x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__qualname__} has no forward")

    def __repr__(self):
        return ", calls: ".join([type(self).__name__, str(len(self.seen))])


# %% activations
import jax
import jax.numpy as jnp


class Relu(BaseLayer):
    def forward(self, x):
        return jax.nn.relu(x)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(name=f"LeakyRelu_{slope}")
        self.function = lambda x: jnp.maximum(x, 0) + slope * jnp.minimum(x, 0)

    def forward(self, x):
        return self.function(x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return jax.nn.sigmoid(x)


# %% dense
import jax.numpy as jnp


class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"{type(self).__name__}_{n_units}")
        self._n_units = n_units

    def init_weights(self, n_inputs, rng):
        W = jnp.asarray(rng.normal(0, n_inputs**-0.5, (n_inputs, self._n_units)))
        b = jnp.zeros(W.shape[1])
        self.weights = (W, b)
        return b.size

    def forward(self, x):
        n_inputs = np.shape(self.weights[0])[0]
        if np.shape(x)[-1] != n_inputs:
            raise ValueError(f"{self} expects {n_inputs} inputs, got {np.shape(x)[-1]}")
        return jnp.einsum("...j,jk->...k", x, self.weights[0]) + self.weights[1]


# %% serial
from functools import reduce


class Serial(BaseLayer):
    def __init__(self, *layers):
        super().__init__()
        self.sublayers = layers

    def init_weights(self, n_inputs, rng):
        return reduce(lambda n, layer: layer.init_weights(n, rng), self.sublayers, n_inputs)

    def forward(self, x):
        return reduce(lambda a, layer: layer(a), self.sublayers, x)

    @property
    def weights(self):
        return (*[layer.weights for layer in self.sublayers],)

    @weights.setter
    def weights(self, parts):
        if len(parts) < len(self.sublayers) or len(parts) > len(self.sublayers):
            raise ValueError("a part for each sublayer, please")
        for layer, part in zip(self.sublayers, parts):
            setattr(layer, "weights", part)  # noqa: B010

    def __repr__(self):
        return "Serial" + "(" + ", ".join(repr(layer) for layer in self.sublayers) + ")"


# %% count
def count_weights(weights):
    return sum(np.size(array) for array in trax.fastmath.tree_leaves(weights))


def most_units(n_inputs, n_classes, limit):
    def size(units):
        return n_inputs * units + units + units * n_classes + n_classes

    return max(units for units in range(limit + 1) if units == 0 or size(units) <= limit)
