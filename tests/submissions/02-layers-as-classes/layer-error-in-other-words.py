# /// case
# summary = "Right: names the class in other words"
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
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, x)")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
