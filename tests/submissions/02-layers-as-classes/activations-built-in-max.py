# /// case
# summary = "Uses Python's max, which compares whole arrays"
# points = { test-relu = 0 }
# hints = { test-relu = "np.maximum(0, x) goes through whole arrays" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return max(0, x)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        self.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
