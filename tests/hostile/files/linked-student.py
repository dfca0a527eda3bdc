"""A student's whole folder that is a link to another's."""

SAID = "is not a folder"


def write(path, text):
    path.parent.rmdir()
    path.parent.parent.rmdir()
    path.parent.parent.symlink_to("zoe")
