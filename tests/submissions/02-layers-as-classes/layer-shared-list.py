# /// case
# summary = "Makes the log once, in the class, for all instances"
# points = { test-layer = 12 }
# hints = { test-layer = "list of its own" }
# ///

# %% layer
class Layer:
    seen = []  # noqa: RUF012

    def __init__(self):
        self.weights = ()

    def __call__(self, x):
        self.seen.append(x.shape)
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
