# /// case
# summary = "Has a row for each unit, as on the slide"
# points = { test-dense = 0 }
# hints = { test-dense = "a row for each input and a column for each unit" }
# ///

# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        W = rng.normal(scale=1 / np.sqrt(n_inputs), size=(self.n_units, n_inputs))
        self.weights = W, np.zeros(self.n_units)
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        if x.shape[-1] != W.shape[1]:
            raise ValueError(f"{self.name} expects {W.shape[1]} inputs, got {x.shape[-1]}")
        return x @ W.T + b
