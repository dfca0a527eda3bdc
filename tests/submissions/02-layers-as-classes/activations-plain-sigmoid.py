# /// case
# summary = "Right, with a warning of NumPy that a large exponential overflows"
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
        return 1 / (1 + np.exp(-x))
