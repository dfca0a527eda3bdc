# /// case
# summary = "Pads on the left, so that all tweets end together"
# points = { test-ids = 0 }
# hints = { test-ids = "the zeros to their right" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    longest = max((len(tokens) for tokens in token_lists), default=0)
    rows = []
    for tokens in token_lists:
        ids = [words.get(token, 1) for token in tokens]
        rows.append([0] * (longest - len(ids)) + ids)
    return np.array(rows, dtype=int).reshape(len(rows), longest)
