# /// case
# summary = "Tells every layer the number of inputs of the first one"
# points = { test-serial = 0 }
# hints = { test-serial = "The outputs of a layer are the inputs of the next one" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        self.sublayers = sublayers

    def init_weights(self, n_inputs, rng):
        for layer in self.sublayers:
            n_outputs = layer.init_weights(n_inputs, rng)
        return n_outputs

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
