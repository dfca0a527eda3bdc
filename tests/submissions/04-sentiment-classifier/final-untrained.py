# /// case
# summary = "Builds the network and forgets to train it"
# points = { test-final = 0 }
# hints = { test-final = "Has the loop run" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    model.init(shapes.signature(ids_of(["hello"])), rng=fastmath.random.get_prng(0))
    return lambda texts: np.argmax(model(ids_of(texts)), axis=1)
