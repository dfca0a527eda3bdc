# /// case
# summary = "Makes forward abstract, so that a subclass without it cannot be made"
# points = { test-layer = 14 }
# hints = { test-layer = "Such a layer can be made" }
# ///

# %% layer
from abc import ABC, abstractmethod


class Layer(ABC):
    def __init__(self):
        self.weights = ()
        self.seen = []

    def __call__(self, x):
        self.seen.append(x.shape)
        return self.forward(x)

    @abstractmethod
    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __repr__(self):
        return f"{type(self).__name__}, calls: {len(self.seen)}"
