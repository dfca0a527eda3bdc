"""A stand-in for tensorflow_datasets. Trax can import it, and any use of it says what is missing."""

import trax_runtime as _trax_runtime

_trax_runtime.install()
__getattr__ = _trax_runtime.missing("tensorflow-datasets")
