# /// case
# summary = "Cuts the tweet at its spaces, so the comma stays at the word"
# points = { test-tokenize = 0 }
# hints = { test-tokenize = "tokenizer.tokenize(tweet)" }
# ///

# %% tokenize
def tokens_of(tweet):
    tokens = tweet.lower().split()
    tokens = ["<user>" if token.startswith("@") and token != "@" else token for token in tokens]
    return ["<link>" if token.startswith(("http", "www.")) else token for token in tokens]
