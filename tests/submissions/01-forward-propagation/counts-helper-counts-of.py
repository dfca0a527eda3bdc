# /// case
# summary = "Right; a helper is called counts_of"
# ///

# %% counts
def counts_of(ids, size):
    row = [0] * size
    for k in ids:
        if k != 0:
            row[k] += 1
    return row


def ids_to_counts(X, size):
    return np.array([counts_of(ids, size) for ids in X], dtype=int).reshape(len(X), size)
