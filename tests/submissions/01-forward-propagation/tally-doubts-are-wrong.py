# /// case
# summary = "Counts as wrong whatever differs from the right label"
# points = { test-tally = 1 }
# hints = { test-tally = "neither right nor wrong" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = network(ids_of(texts))
    return np.where(P.max(axis=1) >= sure, P.argmax(axis=1), -1)


def tally(y_hat, y):
    return {"right": int(np.sum(y_hat == y)), "wrong": int(np.sum(y_hat != y)), "unsure": int(np.sum(y_hat == -1))}
