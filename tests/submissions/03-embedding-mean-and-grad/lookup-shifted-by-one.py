# /// case
# summary = "Counts the rows from 1, since the words' ids begin at 1"
# points = { test-lookup = 0 }
# hints = { test-lookup = "Row i belongs to id i, and row 0 to the padding" }
# ///

# %% lookup
def look_up(E, ids):
    if np.any(ids < 0) or np.any(ids > len(E)):
        raise IndexError("no such id")
    return E[ids - 1]
