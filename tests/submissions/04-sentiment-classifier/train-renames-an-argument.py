# /// case
# summary = "Renames the argument steps"
# points = { test-train = 0 }
# hints = { test-train = "Keep the line with def" }
# ///

# %% train
def train(model, train_batches, validation_batches, folder, n_steps, every):
    raise AssertionError("never called")
