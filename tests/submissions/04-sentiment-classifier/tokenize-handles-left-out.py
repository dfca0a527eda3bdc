# /// case
# summary = "Leaves names and links out, as the lecture does"
# points = { test-tokenize = 0 }
# hints = { test-tokenize = "Every handle becomes <user>" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = tokenizer.tokenize(tweet)
    tokens = [token for token in tokens if not (token.startswith("@") and len(token) > 1)]
    return [token for token in tokens if not token.lower().startswith(("http", "www."))]
