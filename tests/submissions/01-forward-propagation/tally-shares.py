# /// case
# summary = "Returns shares instead of numbers"
# points = { test-tally = 0 }
# hints = { test-tally = "numbers of tweets, not shares" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = network(ids_of(texts))
    return np.where(P.max(axis=1) >= sure, P.argmax(axis=1), -1)


def tally(y_hat, y):
    right, unsure = np.mean(y_hat == y), np.mean(y_hat == -1)
    return {"right": right, "wrong": 1 - right - unsure, "unsure": unsure}
