# /// case
# summary = "Calls negative whatever is not surely positive"
# points = { test-answers = 0 }
# hints = { test-answers = "If even the larger probability is below sure" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = network(ids_of(texts))
    return (P[:, 1] >= sure).astype(int)


def tally(y_hat, y):
    right, unsure = int(np.sum(y_hat == y)), int(np.sum(y_hat == -1))
    return {"right": right, "wrong": len(y) - right - unsure, "unsure": unsure}
