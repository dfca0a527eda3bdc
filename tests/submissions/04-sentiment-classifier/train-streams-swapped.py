# /// case
# summary = "Learns from the validation batches and measures on the training batches"
# points = { test-train = 7 }
# hints = { test-train = "Learn from train_batches" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(validation_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    check = training.EvalTask(train_batches, metrics, n_eval_batches=5)
    loop = training.Loop(model, task, eval_tasks=[check], output_dir=folder)
    loop.run(steps)
    return loop
