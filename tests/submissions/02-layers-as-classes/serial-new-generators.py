# /// case
# summary = "Starts a generator anew for every layer"
# points = { test-serial = 21 }
# hints = { test-serial = "a new one for each" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        self.sublayers = sublayers

    def init_weights(self, n_inputs, rng):
        for layer in self.sublayers:
            n_inputs = layer.init_weights(n_inputs, np.random.default_rng(0))
        return n_inputs

    def forward(self, x):
        for layer in self.sublayers:
            x = layer(x)
        return x

    @property
    def weights(self):
        return tuple(layer.weights for layer in self.sublayers)

    @weights.setter
    def weights(self, parts):
        for layer, part in zip(self.sublayers, parts, strict=True):
            layer.weights = part

    def __repr__(self):
        return f"Serial({', '.join(map(repr, self.sublayers))})"
