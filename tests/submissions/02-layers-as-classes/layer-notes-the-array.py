# /// case
# summary = "Keeps the arrays themselves instead of their shapes"
# points = { test-layer = 0 }
# hints = { test-layer = "appends x.shape" }
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        self.seen.append(x)
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
