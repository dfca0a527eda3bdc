"""Cells that are no list."""

SAID = "is not a notebook that can be read"


def write(path, text):
    path.write_text('{"cells": {"a": 1}}')
