# /// case
# summary = "Puts a ReLU after every dense layer, the last one too"
# points = { test-classifier = 7 }
# hints = { test-classifier = "no ReLU after the last dense layer" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(axis=1),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
        tl.Relu(),
        tl.LogSoftmax(),
    )
