# /// case
# summary = "Reads the number of outputs off n_units, which a Serial does not have"
# points = { test-serial = 21 }
# hints = { test-serial = "A Serial's init_weights returns the number of outputs too" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        self.sublayers = sublayers

    def init_weights(self, n_inputs, rng):
        for layer in self.sublayers:
            layer.init_weights(n_inputs, rng)
            if hasattr(layer, "n_units"):
                n_inputs = layer.n_units
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
