# /// case
# summary = "Creates one layer outside the function, which all models then share"
# points = { test-classifier = 10 }
# hints = { test-classifier = "Create the layers inside the function" }
# ///

# %% classifier
output = tl.Dense(2)


def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(axis=1),
        tl.Dense(hidden),
        tl.Relu(),
        output,
        tl.LogSoftmax(),
    )
