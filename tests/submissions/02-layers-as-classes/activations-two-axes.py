# /// case
# summary = "Loops over rows and columns, and knows no other shapes"
# points = { test-relu = 4 }
# hints = { test-relu = "whatever the shape" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        y = np.zeros(x.shape)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                y[i, j] = max(0, x[i, j])
        return y


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        super().__init__(f"LeakyRelu_{slope}")
        self.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
