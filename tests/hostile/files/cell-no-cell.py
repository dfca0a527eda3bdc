"""A cell that is none."""

SAID = "its cell 1 is no cell"


def write(path, text):
    path.write_text('{"cells": [3]}')
