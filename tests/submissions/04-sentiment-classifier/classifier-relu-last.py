# /// case
# summary = "Puts the ReLU after the second dense layer"
# points = { test-classifier = 7 }
# hints = { test-classifier = "Compare your layers and their order" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(axis=1),
        tl.Dense(hidden),
        tl.Dense(2),
        tl.Relu(),
        tl.LogSoftmax(),
    )
