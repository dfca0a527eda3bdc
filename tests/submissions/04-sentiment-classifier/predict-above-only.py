# /// case
# summary = "A probability equal to the threshold counts as negative"
# points = { test-predict = 4 }
# hints = { test-predict = "equal to the threshold" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    p = np.exp(model(X)[:, 1])
    return np.where(p > threshold, 1, 0)
