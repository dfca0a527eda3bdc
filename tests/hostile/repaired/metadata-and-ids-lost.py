"""The metadata of all cells dropped by an editor that gives them new ids too."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"
SAID = "cells without nbgrader's metadata, recognised by their place: double."


def change(nb):
    for place, cell in enumerate(nb.cells):
        cell["metadata"], cell["id"] = {}, f"new-{place}"
