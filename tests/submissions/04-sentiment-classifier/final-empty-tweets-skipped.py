# /// case
# summary = "Leaves out the tweets without words, so labels are missing"
# points = { test-final = 11 }
# hints = { test-final = "all padding" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.01)
    task = training.TrainTask(stream(train_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(150)

    def classify(texts):
        X = ids_of(texts)
        return np.argmax(model(X[X.any(axis=1)]), axis=1)

    return classify
