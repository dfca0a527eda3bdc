# /// case
# summary = "Writes the whole tweet in small letters first, emoticons included"
# points = { test-tokenize = 6 }
# hints = { test-tokenize = "leave all other tokens as" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = []
    for token in tokenizer.tokenize(tweet.lower()):
        if token.startswith("@") and len(token) > 1:
            token = "<user>"
        elif token.startswith(("http", "www.")):
            token = "<link>"
        tokens.append(token)
    return tokens
