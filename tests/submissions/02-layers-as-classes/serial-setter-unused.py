# /// case
# summary = "Stores what is assigned and does not hand it to the sublayers"
# points = { test-serial = 0 }
# hints = { test-serial = "hands each sublayer its part" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        self.sublayers = sublayers

    def init_weights(self, n_inputs, rng):
        for layer in self.sublayers:
            n_inputs = layer.init_weights(n_inputs, rng)
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
        self.assigned = parts

    def __repr__(self):
        return f"Serial({', '.join(map(repr, self.sublayers))})"
