"""A notebook whose name ends in capital letters."""

SAID = "is missing; the folder holds notebook.IPYNB: rename it to notebook.ipynb."


def write(path, text):
    path.with_name("notebook.IPYNB").write_text(text)
