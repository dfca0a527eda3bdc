# /// case
# summary = "Right; helpers and variables bear names that tests use"
# ///

# %% lookup
record, checks, text, shapes, between = "my notes", [], "a tweet", (2, 3), None
rows, lengths, x, X_five, y_five, E_wide, given, n_words, result, losses, curve = range(11)


def outcome(ok):
    if not ok:
        raise IndexError("no row of the table")


class MissingRow(IndexError):
    pass


def look_up(E, ids):
    outcome(not (np.any(ids < 0)))
    if np.any(ids >= len(E)):
        raise MissingRow("no such row")
    return E[ids]


# %% mean
def many(rows, lengths):
    return np.arange(rows.shape[1]) < lengths[:, None]


def close(lengths):
    return np.maximum(1, lengths)[:, None]


def mean_of_words(rows, lengths):
    return (rows * many(rows, lengths)[:, :, None]).sum(axis=1) / close(lengths)


# %% maximum
def max_of_words(rows, lengths):
    largest = np.where(many(rows, lengths)[:, :, None], rows, -np.inf).max(axis=1)
    return np.where(lengths[:, None] > 0, largest, 0.0)


# %% difference
def product(f, x, d, h):
    return f(x + h * d) - f(x - h * d)


def matrix(x):
    return x.astype(np.float64)


def half_of_squares(place, shape):
    d = np.zeros(shape)
    d[place] = 1
    return d


def gradient_by_difference(f, x, h=1e-4):
    slopes = [product(f, matrix(x), half_of_squares(place, x.shape), h) / (2 * h) for place in np.ndindex(x.shape)]
    return np.reshape(slopes, x.shape)


# %% loss
def right(s, y):
    return jnp.mean((s - y) ** 2)


def loss(X, y, weights):
    E, (w, b) = weights
    return right(X @ E @ w + b, y)


# %% gradients
def weights_three_wide(X, y):
    return lambda weights: loss(X, y, weights)


def gradients(X, y, weights):
    return grad(weights_three_wide(X, y))(weights)


# %% descent
def valley(weights, slopes, lr):
    return fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, slopes)


def bowl(losses, goal, max_steps):
    return losses[-1] > goal and len(losses) <= max_steps


network = mood_loss = scores_of = board_start = None


def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while bowl(losses, goal, max_steps):
        weights = valley(weights, grad(loss)(weights), lr)
        losses.append(float(loss(weights)))
    return weights, losses
