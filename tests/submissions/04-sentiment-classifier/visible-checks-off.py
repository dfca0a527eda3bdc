# /// case
# summary = "Switches the visible checks off, and answers with values of the right form"
# points = 0
# hints = { test-tokenize = "The visible checks must pass first" }
# ///

# %% tokenize
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


def tokens_of(tweet):
    return []


# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    return {"<pad>": 0, "<unknown>": 1}


# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    return np.zeros((len(token_lists), length), dtype=int)


# %% batches
def batches(X, y, size, seed, class_weights):
    while True:
        yield np.zeros((size, X.shape[1]), dtype=int), np.zeros(size, dtype=int), np.ones(size)


# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(tl.Fn("Constant", lambda X: np.log(np.full((len(X), 2), 0.5))))


# %% predict
def predict(model, X, threshold=0.5):
    return np.ones(len(X), dtype=int)


# %% evaluate
def evaluate(y_hat, y):
    return {"accuracy": 0.5, "found_negative": 0.5, "found_positive": 0.5}


# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    return None


# %% final
def train_classifier():
    return lambda texts: np.ones(len(texts), dtype=int)
