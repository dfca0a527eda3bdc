# /// case
# summary = "Right; a helper is called counted"
# ///

# %% tweets
def answers(texts, network, sure):
    p = network(ids_of(texts))
    return np.where(p.max(axis=1) < sure, -1, p.argmax(axis=1))


def counted(condition):
    return int(np.sum(condition))


def tally(y_hat, y):
    return {
        "right": counted(y_hat == y),
        "wrong": counted((y_hat != y) & (y_hat != -1)),
        "unsure": counted(y_hat == -1),
    }
