# /// case
# summary = "Returns the probabilities of positive instead of labels"
# points = { test-final = 0 }
# hints = { test-final = "Labels are whole numbers" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.01)
    task = training.TrainTask(stream(train_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(1)
    return lambda texts: np.exp(model(ids_of(texts))[:, 1])
