# /// case
# summary = "Sorts the words of each tweet in place to find the repeated ones"
# points = { test-vocabulary = 10 }
# hints = { test-vocabulary = "Leave the input as it was" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = {}
    for tokens in token_lists:
        tokens.sort()
        for i, word in enumerate(tokens):
            if i == 0 or word != tokens[i - 1]:
                counts[word] = counts.get(word, 0) + 1
    words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *words][:size])}
