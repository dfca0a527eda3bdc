"""A cell whose text is a number."""

SAID = "its cell 1 is no cell"


def write(path, text):
    path.write_text('{"cells": [{"cell_type": "code", "source": 3}]}')
