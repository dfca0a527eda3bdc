# /// case
# summary = "Sets names inside __init__ and stores nothing in the instance"
# points = { test-layer = 0 }
# hints = { test-layer = "Set self.weights to an empty tuple" }
# ///

# %% layer
class Layer:
    def __init__(self):
        weights = ()  # noqa: F841
        seen = []  # noqa: F841

    def __call__(self, x):
        self.seen.append(x.shape)
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
