# /// case
# summary = "Asks for each text by itself and stacks the answers, of which there may be none"
# points = { test-answers = 8 }
# hints = { test-answers = "for any number of texts" }
# ///

# %% tweets
def answers(texts, network, sure):
    P = np.concatenate([network(ids_of([each])) for each in texts])
    return np.where(P.max(axis=1) >= sure, P.argmax(axis=1), -1)


def tally(y_hat, y):
    right, unsure = int(np.sum(y_hat == y)), int(np.sum(y_hat == -1))
    return {"right": right, "wrong": len(y) - right - unsure, "unsure": unsure}
