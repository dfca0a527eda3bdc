# /// case
# summary = "Returns np.array([]) for no tweets"
# points = { test-ids = 11 }
# hints = { test-ids = "np.array([]) has the shape (0,)" }
# ///

# %% ids
def tweets_to_ids(token_lists, words):
    if len(token_lists) == 0:
        return np.array([])
    L = max(map(len, token_lists))
    return np.array([[words.get(w, 1) for w in t] + [0] * (L - len(t)) for t in token_lists], dtype=int)
