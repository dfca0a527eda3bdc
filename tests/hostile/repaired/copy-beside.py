"""The notebook as released, with a copy beside it that may hold the work."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"
SAID = "Handed in too, but not graded: notebook-Copy1.ipynb, work.zip."


def write(path, text):
    path.write_text(text)
    path.with_name("notebook-Copy1.ipynb").write_text(text)
    path.with_name("work.zip").write_text("")
