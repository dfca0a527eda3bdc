# /// case
# summary = "Forgets that the tokenizer leaves the capitals of a link as they are"
# points = { test-tokenize = 6 }
# hints = { test-tokenize = "in capital letters" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = []
    for token in tokenizer.tokenize(tweet):
        if token.startswith("@") and len(token) > 1:
            tokens.append("<user>")
        elif token.startswith("http") or token.startswith("www."):
            tokens.append("<link>")
        else:
            tokens.append(token)
    return tokens
