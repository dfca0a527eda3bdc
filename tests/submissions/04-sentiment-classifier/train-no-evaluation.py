# /// case
# summary = "Trains without ever looking at the validation batches"
# points = { test-train = 5 }
# hints = { test-train = "have the EvalTask measure the loss" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    loop = training.Loop(model, task, output_dir=folder)
    loop.run(steps)
    return loop
