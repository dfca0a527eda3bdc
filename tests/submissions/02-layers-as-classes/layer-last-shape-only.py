# /// case
# summary = "Keeps the shape of the last call alone"
# points = { test-layer = 13 }
# hints = { test-layer = "the shape of every input" }
# ///

# %% layer
class Layer:
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        self.seen = [x.shape]
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
