# /// case
# summary = "Looks for wrong ids in the first tweet only"
# points = { test-lookup = 11 }
# hints = { test-lookup = "Check the ids of all tweets" }
# ///

# %% lookup
def look_up(E, ids):
    for i in np.atleast_2d(ids)[0].ravel():
        if not 0 <= i < len(E):
            raise IndexError("bad id")
    return E[ids]
