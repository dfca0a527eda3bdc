# /// case
# summary = "Raises the error without a text"
# points = { test-layer = 14 }
# hints = { test-layer = "has no forward" }
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        self.seen.append(x.shape)
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
