# /// case
# summary = "Calls forward and drops what it returns"
# points = { test-layer = 0 }
# hints = { test-layer = "__call__ returns what self.forward(x) returns" }
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        self.seen.append(x.shape)
        self.forward(x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
