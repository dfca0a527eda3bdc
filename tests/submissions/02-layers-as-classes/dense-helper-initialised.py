# /// case
# summary = "Right; a helper is called initialised"
# ///

# %% dense
def initialised(shape, rng):
    return rng.normal(scale=shape[0] ** -0.5, size=shape), np.zeros(shape[1])


class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        self.weights = initialised((n_inputs, self.n_units), rng)
        return self.n_units

    def forward(self, x):
        W, b = self.weights
        if x.shape[-1] != W.shape[0]:
            raise ValueError(f"{self.name} expects {W.shape[0]} inputs, got {x.shape[-1]}")
        return x @ W + b
