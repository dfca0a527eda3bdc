# /// case
# summary = "Right in other ways: plain loops, other names, weights of the class, a stack instead of recursion"
# ///

# %% layer
class Layer:
    weights = ()

    def __init__(self):
        self.seen = list()  # noqa: C408
        self.n_calls = 0

    def __call__(self, inputs):
        self.n_calls += 1
        self.seen += [np.shape(inputs)]
        return self.forward(inputs)

    def forward(self, inputs):
        name = self.__class__.__name__
        raise NotImplementedError(name + " has no forward")

    def __repr__(self):
        return "%s, calls: %d" % (self.__class__.__name__, self.n_calls)  # noqa: UP031


# %% activations
class Relu(BaseLayer):
    def forward(self, z):
        return (np.abs(z) + z) / 2


class LeakyRelu(BaseLayer):
    def __init__(self, slope):
        BaseLayer.__init__(self, name="LeakyRelu_" + str(slope))
        self.a = slope

    def forward(self, z):
        y = z.copy()
        y[z < 0] *= self.a
        return y


class Sigmoid(BaseLayer):
    def forward(self, z):
        y = np.empty(z.shape)
        y[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
        e = np.exp(z[z < 0])
        y[z < 0] = e / (1 + e)
        return y


# %% dense
class Dense(BaseLayer):
    def __init__(self, n_units):
        super().__init__()
        self.name += f"_{n_units}"
        self.units = n_units

    def init_weights(self, n_inputs, rng):
        columns = [rng.standard_normal(n_inputs) / n_inputs**0.5 for _ in range(self.units)]
        self.weights = (np.stack(columns, axis=1), np.array([0.0] * self.units))
        return len(columns)

    def forward(self, a):
        W, b = self.weights
        n_inputs, n_units = W.shape
        if not a.shape[-1] == n_inputs:
            raise ValueError("Dense_%d expects %d inputs, got %d" % (n_units, n_inputs, a.shape[-1]))  # noqa: UP031
        z = np.zeros((*a.shape[:-1], n_units))
        for k in range(n_units):
            for j in range(n_inputs):
                z[..., k] += a[..., j] * W[j, k]
            z[..., k] += b[k]
        return z


# %% serial
class Serial(BaseLayer):
    def __init__(self, *sublayers):
        self.sublayers = list(sublayers)
        super().__init__("Serial")

    def init_weights(self, n_inputs, rng):
        sizes = [n_inputs]
        for layer in self.sublayers:
            sizes.append(layer.init_weights(sizes[-1], rng))
        return sizes[-1]

    def forward(self, x):
        values = [x]
        for i in range(len(self.sublayers)):
            values.append(self.sublayers[i](values[i]))
        return values[-1]

    @property
    def weights(self):
        parts = ()
        for layer in self.sublayers:
            parts = (*parts, layer.weights)
        return parts

    @weights.setter
    def weights(self, parts):
        if len(parts) != len(self.sublayers):
            raise ValueError(f"{len(self.sublayers)} parts are needed, got {len(parts)}")
        for i, part in enumerate(parts):
            self.sublayers[i].weights = part

    def __repr__(self):
        text = "Serial("
        for i, layer in enumerate(self.sublayers):
            text += ", " * (i > 0) + str(layer)
        return text + ")"


# %% count
def count_weights(weights):
    if type(weights) is tuple:
        return np.sum([count_weights(part) for part in weights])
    return np.prod(np.shape(weights))


def most_units(n_inputs, n_classes, limit):
    units = 0
    while (n_inputs + 1) * (units + 1) + (units + 1) * n_classes + n_classes <= limit:
        units += 1
    return units
