"""A link to a file of the grader's."""

SAID = "is not a plain file"


def write(path, text):
    path.symlink_to("/etc/passwd")
