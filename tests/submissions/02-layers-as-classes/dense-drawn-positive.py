# /// case
# summary = "Draws absolute values"
# points = { test-dense = 19 }
# hints = { test-dense = "half of its numbers are negative" }
# ///

# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        W = np.abs(rng.normal(size=(n_inputs, self.n_units))) / 0.6028 / np.sqrt(n_inputs)
        self.weights = (W, np.zeros(self.n_units))
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        if x.shape[-1] != W.shape[0]:
            raise ValueError(f"{self.name} expects {W.shape[0]} inputs, got {x.shape[-1]}")
        return x @ W + b
