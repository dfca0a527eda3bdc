# /// case
# summary = "Takes the larger of x and slope times x"
# points = { test-leaky = 6 }
# hints = { test-leaky = "not the same for slopes above 1" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return np.maximum(0, x)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        self.slope = slope

    def forward(self, x):
        return np.maximum(x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
