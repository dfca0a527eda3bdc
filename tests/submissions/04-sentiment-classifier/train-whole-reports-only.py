# /// case
# summary = "Runs from report to report, so the steps after the last report are missing"
# points = { test-train = 9 }
# hints = { test-train = "Make exactly `steps` steps" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    loss, accuracy = tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()
    optimizer = trax.optimizers.Adam(0.01)
    train_task = training.TrainTask(train_batches, loss, optimizer, n_steps_per_checkpoint=every)
    eval_task = training.EvalTask(validation_batches, [loss, accuracy], n_eval_batches=5)
    loop = training.Loop(model, train_task, eval_tasks=[eval_task], output_dir=folder)
    for _ in range(steps // every):
        loop.run(every)
    return loop
