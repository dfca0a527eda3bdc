"""The package in which Trax looks for TensorFlow's versions 1 and 2."""
