# /// case
# summary = "Goes through a batch of tweets and knows no other shape"
# points = { test-lookup = 12 }
# hints = { test-lookup = "The ids may have one axis" }
# ///

# %% lookup
def look_up(E, ids):
    if np.any(ids < 0) or np.any(ids >= len(E)):
        raise IndexError("no such id")
    return np.array([[E[i] for i in tweet] for tweet in ids])
