# /// case
# summary = "Takes the mean over axis 0, the tweets of the batch"
# points = { test-classifier = 0 }
# hints = { test-classifier = "One row for each tweet" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(axis=0),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
        tl.LogSoftmax(),
    )
