# /// case
# summary = "Takes http for a link only where :// follows"
# points = { test-tokenize = 7 }
# hints = { test-tokenize = "whatever follows" }
# ///

# %% tokenize
import re

tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    tokens = ["<user>" if re.match(r"@\w", token) else token for token in tokenizer.tokenize(tweet)]
    return ["<link>" if re.match(r"(https?://|www\.)", token, re.I) else token for token in tokens]
