# /// case
# summary = "Right in other ways: jnp, einsum, one-hot rows, argnums, value_and_grad, jit and JAX's own trees"
# ///

# %% lookup
def look_up(E, ids):
    known = (ids >= 0) & (ids < E.shape[0])
    if not known.all():
        raise IndexError("unknown id")
    onehot = jnp.asarray(ids)[..., None] == jnp.arange(E.shape[0])
    return jnp.einsum("...v,vw->...w", onehot.astype(float), E)


# %% mean
def mean_of_words(rows, lengths):
    k = jnp.arange(rows.shape[1])[None, :] < jnp.asarray(lengths)[:, None]
    return jnp.einsum("btw,bt->bw", rows, k / jnp.clip(k.sum(axis=1, keepdims=True), 1))


# %% maximum
def max_of_words(rows, lengths):
    is_word = jnp.expand_dims(jnp.arange(rows.shape[1]) < jnp.reshape(lengths, (-1, 1)), -1)
    u = jnp.max(jnp.asarray(rows), axis=1, where=is_word, initial=-jnp.inf)
    return jnp.where(jnp.isneginf(u), 0, u)


# %% difference
def gradient_by_difference(f, x, h=1e-4):
    point = np.asarray(x).astype("float64")
    out = np.empty_like(point)
    with np.nditer(point, flags=["multi_index"], op_flags=["readwrite"]) as entries:
        for entry in entries:
            value = float(entry)
            entry[...] = value + h
            right = f(point)
            entry[...] = value - h
            left = f(point)
            entry[...] = value
            out[entries.multi_index] = (right - left) / (2 * h)
    return out


# %% loss
def loss(X, y, weights):
    table, unit = weights
    scores = jnp.einsum("mv,vw,w->m", X, table, unit[0]) + unit[1]
    return tl.L2Loss()((scores, jnp.asarray(y), jnp.ones(len(y))))


# %% gradients
def gradients(X, y, weights):
    return grad(loss, argnums=2)(X, y, weights)


# %% descent
from jax import tree_util


def descend(loss, weights, lr, goal, max_steps):
    value_and_slopes = fastmath.jit(fastmath.value_and_grad(loss))
    losses = []
    while True:
        value, slopes = value_and_slopes(weights)
        losses.append(value)
        if not value > goal or len(losses) > max_steps:
            return weights, losses
        weights = tree_util.tree_map(lambda w, slope: w - lr * slope, weights, slopes)
