# /// case
# summary = "Creates the layers at the first call and uses them in every later one"
# points = { test-classifier = 4 }
# hints = { test-classifier = "Create the layers inside the function" }
# ///

# %% classifier
made = []


def build_classifier(vocabulary_size, width, hidden):
    if not made:
        made.append(tl.Embedding(vocabulary_size, width))
        made.append(tl.Mean(axis=1))
        made.append(tl.Dense(hidden))
        made.append(tl.Relu())
        made.append(tl.Dense(2))
        made.append(tl.LogSoftmax())
    return tl.Serial(*made)
