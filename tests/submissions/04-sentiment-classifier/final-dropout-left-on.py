# /// case
# summary = "Classifies with the network that was made for training, which hides numbers"
# points = { test-final = 10 }
# hints = { test-final = "the model's mode is eval" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    dropout = tl.Dropout(rate=0.5, mode="train")
    model = tl.Serial(embedding, tl.Mean(axis=1), dropout, tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.01)
    task = training.TrainTask(stream(train_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(200)
    return lambda texts: np.argmax(model(ids_of(texts)), axis=1)
