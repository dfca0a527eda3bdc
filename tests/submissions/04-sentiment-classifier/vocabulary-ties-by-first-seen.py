# /// case
# summary = "Trusts most_common, which leaves ties in the order in which they were seen"
# points = { test-vocabulary = 10 }
# hints = { test-vocabulary = "in alphabetical order" }
# ///

# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    counts = Counter(word for tokens in token_lists for word in dict.fromkeys(tokens))
    vocabulary = {"<pad>": 0, "<unknown>": 1}
    for word, count in counts.most_common():
        if count >= min_count and len(vocabulary) < size:
            vocabulary[word] = len(vocabulary)
    return vocabulary
