# /// case
# summary = "Looks for @ anywhere in the token, so an e-mail address becomes a user"
# points = { test-tokenize = 6 }
# hints = { test-tokenize = "Only handles and links" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = []
    for token in tokenizer.tokenize(tweet):
        if "@" in token and token != "@":
            token = "<user>"
        elif token.lower().startswith(("http", "www.")):
            token = "<link>"
        tokens.append(token)
    return tokens
