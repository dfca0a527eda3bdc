# /// case
# summary = "Takes column 0 for positive"
# points = { test-answers = 0 }
# hints = { test-answers = "Column 0 is negative" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = network(ids_of(texts))
    return np.where(P.max(axis=1) >= sure, P.argmin(axis=1), -1)


def tally(y_hat, y):
    right, unsure = int(np.sum(y_hat == y)), int(np.sum(y_hat == -1))
    return {"right": right, "wrong": len(y) - right - unsure, "unsure": unsure}
