# /// case
# summary = "Prints in __repr__ where it should return"
# points = { test-layer = 0 }
# hints = { test-layer = "returns a text, and prints nothing" }
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
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        print(f"{type(self).__name__}, calls: {len(self.seen)}")
