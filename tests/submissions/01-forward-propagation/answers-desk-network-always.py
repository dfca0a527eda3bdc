# /// case
# summary = "Asks the desk's network, whichever is given"
# points = { test-answers = 6 }
# hints = { test-answers = "Use the network that is given" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = desk_network(ids_of(texts))
    return np.where(P.max(axis=1) >= sure, P.argmax(axis=1), -1)


def tally(y_hat, y):
    right, unsure = int(np.sum(y_hat == y)), int(np.sum(y_hat == -1))
    return {"right": right, "wrong": len(y) - right - unsure, "unsure": unsure}
