# /// case
# summary = "Counts the steps from 0 and makes one too few"
# points = { test-train = 0 }
# hints = { test-train = "loop.run(steps) makes the steps" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    check = training.EvalTask(validation_batches, metrics, n_eval_batches=5)
    loop = training.Loop(model, task, eval_tasks=[check], output_dir=folder)
    loop.run(steps - 1)
    return loop
