# /// case
# summary = "Makes the 100 steps of the visible check, whatever it is asked for"
# points = { test-train = 7 }
# hints = { test-train = "Make exactly `steps` steps" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    check = training.EvalTask(validation_batches, metrics, n_eval_batches=5)
    loop = training.Loop(model, task, eval_tasks=[check], output_dir=folder)
    loop.run(100)
    return loop
