# /// case
# summary = "Right in other ways: NumPy's and itertools' short cuts"
# ///

# %% ids
from itertools import accumulate, pairwise, zip_longest


def tweets_to_ids(token_lists, words):
    rows = [[words.get(token, 1) for token in tokens] for tokens in token_lists]
    columns = list(zip_longest(*rows, fillvalue=0))
    return np.array(columns, dtype=np.int64).reshape(len(columns), len(rows)).T


# %% counts
def ids_to_counts(X, size):
    C = np.zeros((len(X), size), dtype=np.float32)
    np.add.at(C, (np.arange(len(X))[:, None], X), X != 0)
    return C


# %% activations
def sigmoid(z):
    return np.exp(-np.logaddexp(0, np.negative(z)))


def softmax(z, axis=-1):
    return np.exp(z - np.logaddexp.reduce(z, axis=axis, keepdims=True))


# %% dense
def dense(a, M, g):
    ones = np.ones((*a.shape[:-1], 1))
    return g(np.concatenate([a, ones], axis=-1) @ M.T)


# %% shapes
def network_shapes(n, sizes):
    return [{"a": (n, units), "b": (units,), "W": pair} for pair in pairwise(sizes) for units in pair[1:]]


def weight_count(sizes):
    return np.sum([(inputs + 1) * units for inputs, units in pairwise(sizes)])


# %% forward
def forward(X, layers):
    return list(accumulate(layers, lambda a, layer: layer[2](np.matmul(a, layer[0]) + layer[1]), initial=X))


# %% tweets
def answers(texts, network, sure):
    negative, positive = np.transpose(network(ids_of(texts)))
    unsure = (negative < sure) & (positive < sure)
    return np.select([unsure, positive > negative], [-1, 1], 0)


def tally(y_hat, y):
    kinds = np.where(y_hat == -1, 2, y_hat != y)
    return dict(zip(["right", "wrong", "unsure"], np.bincount(kinds, minlength=3).tolist()))
