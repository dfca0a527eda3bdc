# /// case
# summary = "Reads column 0, the probability of negative"
# points = { test-predict = 0 }
# hints = { test-predict = "np.exp turns column 1 into probabilities" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    p = np.exp(model(X))[:, 0]
    return (p >= threshold).astype(int)
