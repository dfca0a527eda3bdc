# /// case
# summary = "Remembers in init_weights how many inputs there are, and needs it where weights were assigned"
# points = { test-dense = 0 }
# hints = { test-dense = "where init_weights never ran" }
# ///

# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        self.n_inputs = n_inputs
        W = rng.normal(scale=1 / np.sqrt(n_inputs), size=(n_inputs, self.n_units))
        self.weights = W, np.zeros(self.n_units)
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        if x.shape[-1] != self.n_inputs:
            raise ValueError(f"{self.name} expects {self.n_inputs} inputs, got {x.shape[-1]}")
        return x @ W + b
