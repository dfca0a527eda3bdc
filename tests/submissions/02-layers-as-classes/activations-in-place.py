# /// case
# summary = "Sets the negative numbers of the input to zero, in the caller's array"
# points = { test-relu = 4 }
# hints = { test-relu = "edits the array of the caller" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        x[x < 0] = 0
        return x


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        self.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
