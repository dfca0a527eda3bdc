# /// case
# summary = "Takes the maximum of all positions"
# points = { test-maximum = 0 }
# hints = { test-maximum = "Padding must lose against every number" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    return rows.max(axis=1)
