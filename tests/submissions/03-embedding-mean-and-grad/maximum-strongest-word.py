# /// case
# summary = "Takes the row of the word with the largest sum as a whole"
# points = { test-maximum = 0 }
# hints = { test-maximum = "take the largest number of each column" }
# ///

# %% maximum
def max_of_words(rows, lengths):
    u = np.zeros((rows.shape[0], rows.shape[2]))
    for b, n in enumerate(lengths):
        if n > 0:
            strongest = np.argmax(rows[b, :n].sum(axis=1))
            u[b] = rows[b, strongest]
    return u
