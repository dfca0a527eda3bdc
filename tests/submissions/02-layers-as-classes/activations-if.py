# /// case
# summary = "Asks a whole array whether it is positive"
# points = { test-activations = 0 }
# hints = { test-activations = "truth value of an array" }
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
        if x > 0:
            return x
        return self.slope * x


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
