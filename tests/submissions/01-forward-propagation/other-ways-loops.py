# /// case
# summary = "Right in other ways: plain lists and loops, recursion, tanh"
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    longest = 0
    for tokens in token_lists:
        if len(tokens) > longest:
            longest = len(tokens)
    rows = []
    for tokens in token_lists:
        row = []
        for token in tokens:
            if token in words:
                row.append(words[token])
            else:
                row.append(1)
        while len(row) < longest:
            row.append(0)
        rows.append(row)
    return np.array(rows, dtype=int).reshape(len(rows), longest)


# %% counts
def ids_to_counts(X, size):
    rows = X.tolist()
    table = [[row.count(k) if k != 0 else 0 for k in range(size)] for row in rows]
    return np.array(table, dtype=int).reshape(len(rows), size)


# %% activations
import math


def sigmoid(z):
    return (1 + np.tanh(np.array(z) / 2)) / 2


def of_one_tweet(scores):
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    return np.array([power / sum(powers) for power in powers])


def softmax(z, axis=-1):
    return np.apply_along_axis(of_one_tweet, axis, z)


# %% dense
def dense(a, M, g):
    columns = []
    for row in M:
        *weights, bias = row
        columns.append(sum(weight * a[..., j] for j, weight in enumerate(weights)) + bias)
    return g(np.stack(columns, axis=-1))


# %% shapes
def arrays_of(n, sizes):
    arrays, a = [], np.zeros((n, sizes[0]))
    for i in range(len(sizes) - 1):
        inputs, units = sizes[i : i + 2]
        W, b = np.zeros((inputs, units)), np.zeros(units)
        a = a @ W + b
        arrays.append({"W": W, "b": b, "a": a})
    return arrays


def network_shapes(n, sizes):
    return [{name: array.shape for name, array in layer.items()} for layer in arrays_of(n, sizes)]


def weight_count(sizes):
    return sum(layer["W"].size + layer["b"].size for layer in arrays_of(1, sizes))


# %% forward
def forward(X, layers):
    if not layers:
        return [X]
    (W, b, g), *rest = layers
    return [X, *forward(g(X.dot(W) + b), rest)]


# %% tweets
def answers(texts, network, sure):
    labels = []
    for each in texts:
        negative, positive = network(ids_of([each]))[0]
        if max(negative, positive) < sure:
            labels.append(-1)
        elif positive > negative:
            labels.append(1)
        else:
            labels.append(0)
    return np.array(labels, dtype=int)


def tally(y_hat, y):
    hits = {"right": 0, "wrong": 0, "unsure": 0}
    for guess, truth in zip(y_hat, y):
        if guess == -1:
            hits["unsure"] += 1
        elif guess == truth:
            hits["right"] += 1
        else:
            hits["wrong"] += 1
    return hits
