# /// case
# summary = "Looks for http and www anywhere in the token, so a hashtag becomes a link"
# points = { test-tokenize = 7 }
# hints = { test-tokenize = "A link begins with http" }
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def replaced(token):
    if token.startswith("@") and len(token) > 1:
        return "<user>"
    return "<link>" if "http" in token.lower() or "www" in token.lower() else token


def tokens_of(tweet):
    return [replaced(token) for token in tokenizer.tokenize(tweet)]
