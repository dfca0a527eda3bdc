# /// case
# summary = "Lengthens the tweets themselves with a word for padding"
# points = { test-ids = 10 }
# hints = { test-ids = "Leave the tweets and the word list as they were" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    words["<pad>"] = 0
    longest = max((len(tokens) for tokens in token_lists), default=0)
    for tokens in token_lists:
        tokens += ["<pad>"] * (longest - len(tokens))
    rows = [[words.get(token, 1) for token in tokens] for tokens in token_lists]
    return np.array(rows, dtype=int).reshape(len(token_lists), longest)
