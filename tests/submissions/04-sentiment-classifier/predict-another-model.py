# /// case
# summary = "Asks the stand-in by its name, whatever model comes"
# points = { test-predict = 0 }
# hints = { test-predict = "Ask the model that is given" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return (np.exp(stand_in(X)[:, 1]) >= threshold).astype(int)
