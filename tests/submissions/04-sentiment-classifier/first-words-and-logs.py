# /// case
# summary = "Counts every occurrence, keeps the first words, compares logarithms with the threshold"
# points = { test-vocabulary = 9, test-tensor = 9, test-predict = 0 }
# hints = { test-vocabulary = "contain a word", test-tensor = "its last words", test-predict = "np.exp" }
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


# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    X = np.zeros((len(token_lists), length), dtype=np.int32)
    for i, tokens in enumerate(token_lists):
        for j, token in enumerate(tokens[:length]):
            X[i, j] = vocabulary.get(token, 1)
    return X


# %% predict
def predict(model, X, threshold=0.5):
    log_p = model(X)
    return (log_p[:, 1] >= threshold).astype(int)


def evaluate(y_hat, y):
    return {
        "accuracy": np.mean(y_hat == y),
        "found_negative": np.mean(y_hat[y == 0] == 0),
        "found_positive": np.mean(y_hat[y == 1] == 1),
    }
