"""A kernel of the student's choice."""


def change(nb):
    nb.metadata["kernelspec"] = {"name": "bash", "display_name": "x", "language": "bash", "argv": ["/bin/true"]}
