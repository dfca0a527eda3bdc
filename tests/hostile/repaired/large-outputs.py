"""A notebook of 21 MB, all of it an output that is dropped anyway."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def change(nb):
    nb.cells[1].outputs = [{"output_type": "stream", "name": "stdout", "text": ["loss 0.7 [1, 2]\\n"] * 1_000_000}]
