# /// case
# summary = "Right in other ways: NumPy and plain loops, gradients by hand, a step that walks the tree itself"
# ///

# %% lookup
def look_up(E, ids):
    found = []
    for number in np.ravel(ids).tolist():
        if number not in range(len(E)):
            raise IndexError(f"{number} is no row of the table")
        found.append(np.asarray(E[number]))
    return np.array(found, dtype=float).reshape(*ids.shape, E.shape[1])


# %% mean
def mean_of_words(rows, lengths):
    vectors = np.zeros((rows.shape[0], rows.shape[2]))
    for b, n in enumerate(lengths):
        for t in range(int(n)):
            vectors[b] += np.asarray(rows[b, t]) / int(n)
    return vectors


# %% maximum
def max_of_words(rows, lengths):
    vectors = []
    for row, n in zip(np.asarray(rows), lengths):
        of_words = row[: int(n)]
        vectors.append(of_words.max(axis=0) if len(of_words) else [0.0] * row.shape[1])
    return np.array(vectors)


# %% difference
def gradient_by_difference(f, x, h=1e-4):
    start = np.array(x, dtype=np.float64)
    slopes = []
    for direction in np.eye(start.size):
        way = h * direction.reshape(start.shape)
        slopes.append((f(start + way) - f(start - way)) / h / 2)
    return np.reshape(slopes, start.shape)


# %% loss
def loss(X, y, weights):
    E, (w, b) = weights
    total = 0.0
    for row, rating in zip(X, y):
        score = sum(share * np.dot(vector, w) for share, vector in zip(row, E)) + b
        total += (score - rating) ** 2
    return total / len(y)


# %% gradients
def gradients(X, y, weights):
    E, (w, b) = weights
    means = X @ E
    slope = 2 * (means @ w + b - y) / len(y)
    return X.T @ np.outer(slope, w), (means.T @ slope, slope.sum())


# %% descent
def moved(tree, grads, lr):
    if isinstance(tree, tuple):
        return tuple(moved(part, g, lr) for part, g in zip(tree, grads))
    return np.asarray(tree) - lr * np.asarray(grads)


def descend(loss, weights, lr, goal, max_steps):
    reached, curve = weights, [loss(weights)]
    for _ in range(max_steps):
        if curve[-1] <= goal:
            return reached, curve
        reached = moved(reached, grad(loss)(reached), lr)
        curve.append(loss(reached))
    return reached, curve
