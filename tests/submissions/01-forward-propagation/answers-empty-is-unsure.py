# /// case
# summary = "Always leaves the empty text to a person"
# points = { test-answers = 8 }
# hints = { test-answers = "The network decides on an empty text" }
# ///

# %% tweets
def answers(texts, network, sure):
    p = network(ids_of(texts))
    r = np.where(p.max(axis=1) < sure, -1, p.argmax(axis=1))
    for i, t in enumerate(texts):
        if not t:
            r[i] = -1
    return r


def tally(y_hat, y):
    y_hat, y = np.asarray(y_hat), np.asarray(y)
    unsure = int((y_hat == -1).sum())
    right = int((y_hat == y).sum())
    return {"right": right, "wrong": len(y) - right - unsure, "unsure": unsure}
