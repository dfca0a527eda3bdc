# /// case
# summary = "Uses the mean of inputs and units, as another well-known rule does"
# points = { test-dense = 20 }
# hints = { test-dense = "not on the number of units" }
# ///

# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        W = rng.normal(scale=np.sqrt(2 / (n_inputs + self.n_units)), size=(n_inputs, self.n_units))
        self.weights = W, np.zeros(self.n_units)
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        if x.shape[-1] != len(W):
            raise ValueError(f"{self.name} expects {len(W)} inputs, got {x.shape[-1]}")
        return x @ W + b
