# /// case
# summary = "Trains on the tweets that are meant for checking, and knows them by heart"
# points = { test-final = 3 }
# hints = { test-final = "Train on train_part alone" }
# ///

# %% final
def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.03)
    task = training.TrainTask(stream(validation_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(300)
    return lambda texts: np.argmax(model(ids_of(texts)), axis=1)
