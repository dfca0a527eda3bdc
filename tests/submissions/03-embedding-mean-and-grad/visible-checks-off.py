# /// case
# summary = "Switches the visible checks off, and answers with values of the right form"
# points = 0
# hints = { test-lookup = "The visible checks must pass first" }
# ///

# %% lookup
import contextlib

import coursekit.checks

for check in ("type", "shape", "dtype", "equal", "close", "between", "raises", "that"):
    setattr(coursekit.checks, check, lambda *values, **options: None)


class Passes(contextlib.AbstractContextManager):
    def __init__(self, *values, **options):
        pass

    def __exit__(self, *error):
        return True


coursekit.checks.exercise = coursekit.checks.unchanged = Passes


def look_up(E, ids):
    if np.any(ids < 0) or np.any(ids >= len(E)):
        raise IndexError("no such id")
    return np.zeros((*ids.shape, E.shape[1]))


# %% mean
def mean_of_words(rows, lengths):
    return np.zeros((rows.shape[0], rows.shape[2]))


# %% maximum
def max_of_words(rows, lengths):
    return np.zeros((rows.shape[0], rows.shape[2]))


# %% difference
def gradient_by_difference(f, x, h=1e-4):
    return np.zeros(x.shape)


# %% loss
def loss(X, y, weights):
    return 0.0


# %% gradients
def gradients(X, y, weights):
    return fastmath.nested_map(np.zeros_like, weights)


# %% descent
def descend(loss, weights, lr, goal, max_steps):
    return weights, [0.0]
