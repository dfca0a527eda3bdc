# /// case
# summary = "Counts how often a word is written instead of the tweets that hold it"
# points = { test-vocabulary = 9 }
# hints = { test-vocabulary = "Count the tweets that contain a word" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter()
    for tokens in token_lists:
        counts.update(tokens)
    vocabulary = {"<pad>": 0, "<unknown>": 1}
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count >= min_count and len(vocabulary) < size:
            vocabulary[word] = len(vocabulary)
    return vocabulary
