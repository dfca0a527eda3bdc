# /// case
# summary = "Cuts the words in alphabetical order, before they are ranked"
# points = { test-vocabulary = 10 }
# hints = { test-vocabulary = "final order first, then cut" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    n = Counter(w for t in token_lists for w in set(t))
    words = sorted(w for w in n if n[w] >= min_count)[: size - 2]
    words.sort(key=lambda w: -n[w])
    return {w: i for i, w in enumerate(["<pad>", "<unknown>"] + words)}
