# /// case
# summary = "Stores the layers in the class, where the next model overwrites them"
# points = { test-serial = 0 }
# hints = { test-serial = "keeps its own layers" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        Serial.sublayers = sublayers

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
        for layer, part in zip(self.sublayers, parts, strict=True):
            layer.weights = part

    def __repr__(self):
        return f"Serial({', '.join(map(repr, self.sublayers))})"
