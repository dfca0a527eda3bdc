# /// case
# summary = "Writes the name from the example into the texts"
# points = { test-layer = 12 }
# hints = { test-layer = "the name of the class that the layer was made from" }
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
        raise NotImplementedError("Double has no forward")

    def __repr__(self):
        return f"Double, calls: {len(self.seen)}"
