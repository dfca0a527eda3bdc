# /// case
# summary = "Makes the loop and does not run it"
# points = { test-train = 0 }
# hints = { test-train = "loop.run(steps) makes the steps" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    check = training.EvalTask(validation_batches, metrics, n_eval_batches=5)
    return training.Loop(model, task, eval_tasks=[check], output_dir=folder)
