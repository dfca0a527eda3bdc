# /// case
# summary = "Uses assert in place of a ValueError"
# points = { test-dense = 0 }
# hints = { test-dense = "Raise a ValueError" }
# ///

# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        self.weights = (rng.normal(scale=n_inputs**-0.5, size=(n_inputs, self.n_units)), np.zeros(self.n_units))
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        assert x.shape[-1] == W.shape[0], f"{self.name} expects {W.shape[0]} inputs, got {x.shape[-1]}"
        return x @ W + b
