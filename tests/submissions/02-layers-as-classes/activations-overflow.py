# /// case
# summary = "Divides one exponential by another"
# points = { test-sigmoid = 2 }
# hints = { test-sigmoid = "never nan" }
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
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return np.exp(x) / (1 + np.exp(x))
