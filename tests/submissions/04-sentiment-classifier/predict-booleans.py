# /// case
# summary = "Returns True and False"
# points = { test-predict = 0 }
# hints = { test-predict = ".astype(int) turns True into 1" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return np.exp(model(X)[:, 1]) >= threshold
