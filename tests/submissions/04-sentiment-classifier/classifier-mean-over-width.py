# /// case
# summary = "Leaves the axis out, so Trax takes the mean of the numbers of each word"
# points = { test-classifier = 0 }
# hints = { test-classifier = "is the mean over axis 1?" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Mean(),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
        tl.LogSoftmax(),
    )
