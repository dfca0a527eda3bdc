"""TensorFlow 2 under its old name."""

from tensorflow import DType as DType
from tensorflow import Tensor as Tensor
from tensorflow import TensorShape as TensorShape
from tensorflow import __getattr__ as __getattr__
from tensorflow import io as io
from tensorflow import random as random
