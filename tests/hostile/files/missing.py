"""Another file."""

SAID = "is missing; the folder holds other.ipynb"


def write(path, text):
    path.with_name("other.ipynb").write_text(text)
