# /// case
# summary = "Right: gives the metrics names of its own"
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    task = training.TrainTask(train_batches, metrics[0], trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)
    check = training.EvalTask(validation_batches, metrics, metric_names=["loss", "accuracy"], n_eval_batches=5)
    loop = training.Loop(model, task, eval_tasks=[check], output_dir=folder)
    loop.run(steps)
    return loop
