# /// case
# summary = "Switches the visible checks off, and returns constants of the right form"
# points = 0.0
# ///

# %% ids
import contextlib

from coursekit import checks

for name in ("type", "shape", "dtype", "equal", "close", "between", "raises", "that"):
    setattr(checks, name, lambda *args, **kwargs: None)
checks.exercise = lambda *args, **kwargs: contextlib.suppress(Exception)


def tweets_to_ids(token_lists, words):
    return np.zeros((len(token_lists), max(map(len, token_lists), default=0)), dtype=int)


# %% counts
def ids_to_counts(X, size):
    return np.zeros((len(X), size))


# %% activations
def sigmoid(z):
    return np.full(np.shape(z), 0.5)


def softmax(z, axis=-1):
    return np.full(z.shape, 1 / z.shape[axis])


# %% dense
def dense(a, M, g):
    return np.zeros((*a.shape[:-1], len(M)))


# %% shapes
def network_shapes(n, sizes):
    return []


def weight_count(sizes):
    return 0


# %% forward
def forward(X, layers):
    return [X]


# %% tweets
def answers(texts, network, sure):
    return np.ones(len(texts), dtype=int)


def tally(y_hat, y):
    return {"right": 0, "wrong": 0, "unsure": 0}
