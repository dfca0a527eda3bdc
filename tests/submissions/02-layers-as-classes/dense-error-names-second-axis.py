# /// case
# summary = "Compares the last axis and names the second one"
# points = { test-dense = 21 }
# hints = { test-dense = "name its length" }
# ///

# %% dense
class Dense(BaseLayer):
    """A fully connected layer, z = x W + b."""

    def __init__(self, n_units):
        """Name the layer after its number of units, and remember the number."""
        super().__init__(f"Dense_{n_units}")
        self.n_units = n_units

    def init_weights(self, n_inputs, rng):
        """Draw W of shape (n_inputs, n_units), set b of shape (n_units,) to zeros, and store the tuple (W, b).

        rng: a NumPy random generator; `rng.normal(scale=…, size=…)` draws from it.
        Returns the number of outputs for each example.
        """
        W = rng.normal(scale=1 / np.sqrt(n_inputs), size=(n_inputs, self.n_units))
        self.weights = (W, np.zeros(self.n_units))
        return self.n_units

    def forward(self, x):
        """Return x W + b, of shape (…, n_units), for x of shape (…, n_inputs).

        Raises a ValueError if the last axis of x doesn't have as many numbers as W has rows.
        """
        W, b = self.weights
        if x.shape[-1] != len(W):
            raise ValueError(f"{self.name} expects {len(W)} inputs, got {x.shape[1]}")
        return x @ W + b
