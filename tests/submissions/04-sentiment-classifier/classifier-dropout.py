# /// case
# summary = "Leaves a dropout in, which hides random numbers"
# points = { test-classifier = 3 }
# hints = { test-classifier = "nothing random such as tl.Dropout" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(axis=1),
        tl.Dropout(rate=0.5, mode="train"),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
        tl.LogSoftmax(),
    )
