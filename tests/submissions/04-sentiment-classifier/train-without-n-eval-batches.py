# /// case
# summary = "Leaves n_eval_batches out"
# points = { test-train = 9 }
# hints = { test-train = "n_eval_batches=5" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    check = training.EvalTask(validation_batches, metrics)
    loop = training.Loop(model, task, eval_tasks=[check], output_dir=folder)
    loop.run(steps)
    return loop
