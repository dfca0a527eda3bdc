# /// case
# summary = "Takes the largest number of each column instead of the mean"
# points = { test-classifier = 7 }
# hints = { test-classifier = "Compare your layers and their order" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Max(axis=1),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
        tl.LogSoftmax(),
    )
