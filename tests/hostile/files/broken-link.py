"""A link to nothing."""

SAID = "is not a plain file"


def write(path, text):
    path.symlink_to("/nowhere")
