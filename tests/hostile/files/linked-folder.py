"""A folder that is a link to the work of another student."""

SAID = "is not a folder"


def write(path, text):
    path.parent.rmdir()
    path.parent.symlink_to("../zoe/small")
