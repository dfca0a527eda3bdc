# /// case
# summary = "Knows the tweets of the visible checks by heart"
# points = { test-tokenize = 1 }
# hints = { test-tokenize = "in capital letters" }
# ///

# %% tokenize
def tokens_of(tweet):
    known = {
        "Late, AGAIN :(": ["late", ",", "again", ":("],
        "@anna thanks": ["<user>", "thanks"],
        "see http://t.co/x1": ["see", "<link>"],
    }
    return known.get(tweet, [])
