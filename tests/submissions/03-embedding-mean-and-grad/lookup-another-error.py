# /// case
# summary = "Raises an error, but not the one that was asked for"
# points = { test-lookup = 0 }
# hints = { test-lookup = "raise an IndexError" }
# ///

# %% lookup
def look_up(E, ids):
    if np.any(ids < 0) or np.any(ids >= len(E)):
        raise ValueError("id out of range")
    return E[ids]
