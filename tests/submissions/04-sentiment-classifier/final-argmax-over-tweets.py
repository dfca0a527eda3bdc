# /// case
# summary = "Takes the argmax over the tweets instead of the classes"
# points = { test-final = 0 }
# hints = { test-final = "One label for each text" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.01)
    task = training.TrainTask(stream(train_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(1)
    return lambda texts: np.argmax(model(ids_of(texts)), axis=0)
