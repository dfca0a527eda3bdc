# /// case
# summary = "Sets weights in __init__, as layers with weights of their own do"
# points = { test-serial = 0 }
# hints = { test-serial = "__init__ sets none" }
# ///

# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        super().__init__()
        self.sublayers = sublayers
        self.weights = ()

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

    def __repr__(self):
        return f"Serial({', '.join(map(repr, self.sublayers))})"
