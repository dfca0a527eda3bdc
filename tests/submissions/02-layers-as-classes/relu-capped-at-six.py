# /// case
# summary = "Caps the output at 6, as ReLU6 does"
# points = { test-relu = 2 }
# hints = { test-relu = "however large it is" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return np.minimum(np.maximum(0, x), 6)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        self.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return 0.5 * (1 + np.tanh(x / 2))
