"""A stand-in for tensorflow_text: it lets Trax import, and says what is missing when anything of it is used."""

import trax_runtime as _trax_runtime

_trax_runtime.install()
__getattr__ = _trax_runtime.missing("tensorflow-text")
