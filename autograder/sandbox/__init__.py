"""Starts kernels that have access only to what they are given, and bounds everything that they use."""
