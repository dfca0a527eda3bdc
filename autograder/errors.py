"""Errors: what a command can fail with. Each message is one sentence for the person who reads it.

AutograderError
    CourseError       the course, its configuration, the gradebook or the machine is at fault, and no student:
                      the run stops, and no grade changes
    UsageError        the command cannot be carried out as it was given
    BadSubmission     one submission cannot be graded (autograder.intake)
"""


class AutograderError(Exception):
    """The base of all errors that the autograder raises on purpose."""


class CourseError(AutograderError):
    """Something other than a submission is at fault: the run stops, and no student's grade changes."""


class UsageError(AutograderError):
    """The command cannot be carried out as given."""
