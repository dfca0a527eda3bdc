# /// case
# summary = "Thinks that the brackets complain about every wrong id"
# points = { test-lookup = 5 }
# hints = { test-lookup = "-1 is not an id" }
# ///

# %% lookup
def look_up(E, ids):
    return E[ids]
