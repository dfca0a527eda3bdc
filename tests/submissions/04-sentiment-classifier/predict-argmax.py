# /// case
# summary = "Takes the likelier class, whatever the threshold"
# points = { test-predict = 0 }
# hints = { test-predict = "Compare the probability of class 1 with the threshold" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return np.argmax(model(X), axis=1)
