# /// case
# summary = "Leaves unknown words out, since the network knows nothing about them"
# points = { test-ids = 0 }
# hints = { test-ids = "unknown ones too" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    rows = [[words[token] for token in tokens if token in words] for tokens in token_lists]
    longest = max((len(row) for row in rows), default=0)
    return np.array([row + [0] * (longest - len(row)) for row in rows], dtype=int).reshape(len(rows), longest)
