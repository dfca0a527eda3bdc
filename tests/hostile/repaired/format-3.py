"""A notebook in the format of ten years ago."""

import json

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def write(path, text):
    cells = [
        {
            "cell_type": "code",
            "language": "python",
            "input": cell["source"],
            "outputs": [],
            "metadata": cell["metadata"],
        }
        for cell in json.loads(text)["cells"]
    ]
    sheets = [{"cells": cells, "metadata": {}}]
    path.write_text(json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}))
