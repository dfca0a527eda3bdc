# /// case
# summary = "Looks every word up as lecture 1 does, and forgets that some are not in the list"
# points = { test-ids = 0 }
# hints = { test-ids = "words.get(word, 1)" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    rows = [[words[token] for token in tokens] for tokens in token_lists]
    longest = max((len(row) for row in rows), default=0)
    return np.array([row + [0] * (longest - len(row)) for row in rows], dtype=int).reshape(len(rows), longest)
