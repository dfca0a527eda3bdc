# /// case
# summary = "Is unsure where the probability is exactly sure"
# points = { test-answers = 7 }
# hints = { test-answers = "a probability of exactly `sure` is enough" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = network(ids_of(texts))
    return np.where(P.max(axis=1) > sure, P.argmax(axis=1), -1)


def tally(y_hat, y):
    right, unsure = int(np.sum(y_hat == y)), int(np.sum(y_hat == -1))
    return {"right": right, "wrong": len(y) - right - unsure, "unsure": unsure}
