# /// case
# summary = "Takes a slope of 0 for no slope"
# points = { test-leaky = 5 }
# hints = { test-leaky = "also if it is 0" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return np.maximum(0, x)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        self.slope = slope or 0.01

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return 0.5 * (1 + np.tanh(x / 2))
