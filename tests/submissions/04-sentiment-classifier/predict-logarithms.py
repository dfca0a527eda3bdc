# /// case
# summary = "Compares the logarithms with the threshold"
# points = { test-predict = 0 }
# hints = { test-predict = "np.exp turns column 1 into probabilities" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    log_p = model(X)
    return (log_p[:, 1] >= threshold).astype(int)
