# /// case
# summary = "Ends with the scores of the last dense layer"
# points = { test-classifier = 0 }
# hints = { test-classifier = "tl.LogSoftmax is the last layer" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(axis=1),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
    )
