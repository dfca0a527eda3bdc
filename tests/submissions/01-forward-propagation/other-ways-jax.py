# /// case
# summary = "Right in other ways: JAX arrays of float32, einsum, matrix products of indicators"
# ///

# %% ids
import jax
import jax.numpy as jnp


def tweets_to_ids(token_lists, words):
    longest = max([0, *map(len, token_lists)])
    rows = [[words.get(token, 1) for token in tokens] + [0] * (longest - len(tokens)) for tokens in token_lists]
    return jnp.array(rows, dtype=jnp.int32).reshape((len(rows), longest))


# %% counts
def ids_to_counts(X, size):
    indicators = (jnp.asarray(X)[:, :, None] == jnp.arange(size)).sum(axis=1)
    return indicators.at[:, 0].set(0)


# %% activations
def sigmoid(z):
    return jax.nn.sigmoid(jnp.asarray(z, dtype=jnp.float32))


def softmax(z, axis=-1):
    return jax.nn.softmax(jnp.asarray(z, dtype=jnp.float32), axis=axis)


# %% dense
def dense(a, M, g):
    return g(jnp.einsum("...j,kj->...k", a, M[:, :-1]) + M[:, -1])


# %% shapes
def network_shapes(n, sizes):
    inputs = iter(sizes)
    previous = next(inputs)
    layers = []
    for units in inputs:
        layers.append({"W": (previous, units), "b": (units,), "a": (n, units)})
        previous = units
    return layers


def weight_count(sizes):
    return int(np.dot(np.array(sizes[:-1]) + 1, sizes[1:]))


# %% forward
def forward(X, layers):
    outputs = [jnp.asarray(X)]
    for weights, biases, activation in layers:
        outputs += [activation(jnp.einsum("tj,jk->tk", outputs[-1], weights) + biases)]
    return outputs


# %% tweets
def answers(texts, network, sure):
    P = jnp.asarray(network(ids_of(texts)))
    return jnp.where(jnp.max(P, axis=1) < sure, -1, jnp.argmax(P, axis=1))


def tally(y_hat, y):
    y_hat, y = jnp.asarray(y_hat), jnp.asarray(y)
    return {
        "unsure": int(jnp.sum(y_hat < 0)),
        "wrong": int(jnp.sum(y_hat + y == 1) - jnp.sum((y_hat < 0) & (y_hat + y == 1))),
        "right": int(jnp.sum(y_hat == y)),
    }
