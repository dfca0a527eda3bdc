# /// case
# summary = "Stores the weights in the class, so that all layers share them"
# points = { test-dense = 19 }
# hints = { test-dense = "store them in self" }
# ///

# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        W = rng.normal(scale=1 / np.sqrt(n_inputs), size=(n_inputs, self.n_units))
        Dense.weights = W, np.zeros(self.n_units)
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        if x.shape[-1] != len(W):
            raise ValueError(f"{self.name} expects {len(W)} inputs, got {x.shape[-1]}")
        return x @ W + b
