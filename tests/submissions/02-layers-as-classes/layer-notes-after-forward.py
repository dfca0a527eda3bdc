# /// case
# summary = "Notes the shape once forward has returned"
# points = { test-layer = 14 }
# hints = { test-layer = "before forward runs" }
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        y = self.forward(x)
        self.seen.append(x.shape)
        return y

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
