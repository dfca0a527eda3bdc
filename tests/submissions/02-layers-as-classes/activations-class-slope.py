# /// case
# summary = "Stores the slope in the class, where the next layer overwrites it"
# points = { test-leaky = 6 }
# hints = { test-leaky = "remembers its own slope" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return np.maximum(0, x)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        LeakyRelu.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
