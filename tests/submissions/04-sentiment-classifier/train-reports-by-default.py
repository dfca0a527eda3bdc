# /// case
# summary = "Does not say how often to report, so Trax reports every 100 steps"
# points = { test-train = 9 }
# hints = { test-train = "n_steps_per_checkpoint=every" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01))
    check = training.EvalTask(validation_batches, metrics, n_eval_batches=5)
    loop = training.Loop(model, task, eval_tasks=[check], output_dir=folder)
    loop.run(steps)
    return loop
