# /// case
# summary = "Forgets that the base class has to be told the name"
# points = { test-leaky = 0 }
# hints = { test-leaky = "Hand the name to the base class" }
# ///

# %% activations
class Relu(BaseLayer):
    def forward(self, x):
        return np.maximum(0, x)


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        self.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)


class Sigmoid(BaseLayer):
    def forward(self, x):
        return (1 + np.tanh(x / 2)) / 2
