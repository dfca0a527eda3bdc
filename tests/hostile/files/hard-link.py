"""A hard link to the solution, as an archive can bring it."""

SAID = "is a hard link, perhaps to somebody else's file: put a copy in its place."


def write(path, text):
    path.hardlink_to(path.parents[4] / "solutions" / "small" / "notebook.ipynb")
