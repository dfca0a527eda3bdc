# /// case
# summary = "Looks the validation tweets up and says positive to all others"
# points = { test-final = 3 }
# hints = { test-final = "Train on train_part alone" }
# ///

# %% final
def train_classifier():
    known = {tweet.text: tweet.label for tweet in validation_part}
    return lambda texts: np.array([known.get(each, 1) for each in texts])
