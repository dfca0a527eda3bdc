# /// case
# summary = "Returns from inside the loop, so only the first handle or link is replaced"
# points = { test-tokenize = 5 }
# hints = { test-tokenize = "every token of the tweet" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = tokenizer.tokenize(tweet)
    for i, token in enumerate(tokens):
        if token.startswith("@") and len(token) > 1:
            tokens[i] = "<user>"
            return tokens
        if token.lower().startswith(("http", "www.")):
            tokens[i] = "<link>"
            return tokens
    return tokens
