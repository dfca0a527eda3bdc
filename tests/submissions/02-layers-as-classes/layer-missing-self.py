# /// case
# summary = "Calls forward without self, as if it were a function"
# points = { test-layer = 0 }
# hints = { test-layer = "name 'forward' is not defined" }
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        self.seen.append(x.shape)
        return forward(x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
