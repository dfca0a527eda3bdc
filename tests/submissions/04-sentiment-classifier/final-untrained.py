# /// case
# summary = "Classifies with a network that nobody has trained or prepared"
# points = { test-final = 0 }
# hints = { test-final = "This network has no weights yet" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    return lambda texts: np.argmax(model(ids_of(texts)), axis=1)
