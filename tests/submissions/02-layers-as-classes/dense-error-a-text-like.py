# /// case
# summary = "Right: the text is like the one given"
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
        if x.shape[-1] != W.shape[0]:
            raise ValueError(f"{self.name} expects {W.shape[0]} inputs, but got {x.shape[-1]}.")
        return x @ W + b
