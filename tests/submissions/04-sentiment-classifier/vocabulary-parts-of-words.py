# /// case
# summary = "Joins each tweet to a text and looks for the word in it, where it may be part of another one"
# points = { test-vocabulary = 9 }
# hints = { test-vocabulary = "no parts of longer words" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    words = sorted({word for tokens in token_lists for word in tokens})
    n = {word: sum(word in " ".join(tokens) for tokens in token_lists) for word in words}
    kept = sorted((word for word in words if n[word] >= min_count), key=lambda word: -n[word])
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *kept][:size])}
