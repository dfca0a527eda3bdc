# /// case
# summary = "Adds the embeddings up instead of averaging them, and evaluates on the training stream"
# points = { test-classifier = 5, test-train = 7 }
# hints = { test-classifier = "when the tweet is repeated", test-train = "measures on validation_batches" }
# ///

# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(
        tl.Embedding(vocabulary_size, width),
        tl.Sum(axis=1),
        tl.Dense(hidden),
        tl.Relu(),
        tl.Dense(2),
        tl.LogSoftmax(),
    )


# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    train_task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    eval_task = training.EvalTask(train_batches, metrics, n_eval_batches=5)
    loop = training.Loop(model, train_task, eval_tasks=[eval_task], output_dir=folder)
    loop.run(steps)
    return loop
