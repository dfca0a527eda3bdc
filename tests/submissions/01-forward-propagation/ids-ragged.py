# /// case
# summary = "Makes an array of rows that are not padded"
# points = { test-ids = 0 }
# hints = { test-ids = "Fill them up with zeros first" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    return np.array([[words.get(token, 1) for token in tokens] for tokens in token_lists])
