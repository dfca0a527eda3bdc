# /// case
# summary = "Keeps a second copy of the weights, which becomes out of date"
# points = { test-serial = 21 }
# hints = { test-serial = "Work the tuple out when it is read" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        self.sublayers = sublayers
        self.parts = tuple(layer.weights for layer in sublayers)

    def init_weights(self, n_inputs, rng):
        for layer in self.sublayers:
            n_inputs = layer.init_weights(n_inputs, rng)
        self.parts = tuple(layer.weights for layer in self.sublayers)
        return n_inputs

    def forward(self, x):
        for layer in self.sublayers:
            x = layer(x)
        return x

    @property
    def weights(self):
        return self.parts

    @weights.setter
    def weights(self, parts):
        for layer, part in zip(self.sublayers, parts, strict=True):
            layer.weights = part
        self.parts = parts

    def __repr__(self):
        return f"Serial({', '.join(map(repr, self.sublayers))})"
