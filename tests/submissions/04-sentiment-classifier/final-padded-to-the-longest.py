# /// case
# summary = "Pads each batch to its longest tweet, and takes the mean over the padding"
# points = { test-final = 10 }
# hints = { test-final = "the same number of columns" }
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
        rows = [text.encode(text.tokenize(each, stem=True), course_vocabulary) for each in texts]
        return np.argmax(model(text.pad(rows)), axis=1)

    return classify
