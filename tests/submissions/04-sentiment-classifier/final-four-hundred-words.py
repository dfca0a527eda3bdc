# /// case
# summary = "Keeps the first 400 ids and calls all other words unknown"
# points = { test-final = 9 }
# hints = { test-final = "A good start" }
# ///

# %% final
def train_classifier():
    def known(X):
        return np.where(X < 400, X, 1)

    def few_words(part):
        return ((known(X), y, weights) for X, y, weights in stream(part))

    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.01)
    task = training.TrainTask(few_words(train_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(150)
    return lambda texts: np.argmax(model(known(ids_of(texts))), axis=1)
