# /// case
# summary = "Looks at the largest id alone, which an empty array does not have"
# points = { test-lookup = 9 }
# hints = { test-lookup = "-1 is not an id" }
# ///

# %% lookup
def look_up(E, ids):
    if ids.max() >= len(E):
        raise IndexError(f"id {ids.max()} is too large")
    return E[ids]
