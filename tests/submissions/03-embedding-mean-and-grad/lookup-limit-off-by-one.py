# /// case
# summary = "Takes len(E) for a valid id; NumPy's own error hides it, JAX's array does not"
# points = { test-lookup = 11 }
# hints = { test-lookup = "compare the ids with len(E) yourself" }
# ///

# %% lookup
def look_up(E, ids):
    if np.any(ids < 0) or np.any(ids > len(E)):
        raise IndexError("no such id")
    return E[ids]
