# /// case
# summary = "Takes every token that begins with @ for a name, the lone @ too"
# points = { test-tokenize = 6 }
# hints = { test-tokenize = "An @ alone" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = []
    for token in tokenizer.tokenize(tweet):
        if token[0] == "@":
            token = "<user>"
        elif token.lower().startswith(("http", "www.")):
            token = "<link>"
        tokens.append(token)
    return tokens
