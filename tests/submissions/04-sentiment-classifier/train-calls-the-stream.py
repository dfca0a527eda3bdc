# /// case
# summary = "Calls the stream of batches, as one calls a function that makes one"
# points = { test-train = 0 }
# hints = { test-train = "without a call and without next" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    loss = tl.WeightedCategoryCrossEntropy()
    task = training.TrainTask(train_batches(), loss, trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    loop = training.Loop(model, task, output_dir=folder)
    loop.run(steps)
    return loop
