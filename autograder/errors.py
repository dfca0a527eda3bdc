"""Errors: the reasons for which a command can fail. Each message is one sentence for the person who reads it.

AutograderError
    CourseError       the course, its configuration, the gradebook or the machine is at fault, not a student:
                      the run stops, and no grade changes
    UsageError        the command cannot be carried out as it was given
    BadSubmission     one submission cannot be graded (autograder.submissions.intake)
"""

from __future__ import annotations

import errno

# Errors of a full or broken disk or machine, for which no submission is to blame.
MACHINE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


class AutograderError(Exception):
    """The base of all errors that the autograder raises on purpose."""


class CourseError(AutograderError):
    """Something other than a submission is at fault: the run stops, and no student's grade changes."""


class UsageError(AutograderError):
    """The command cannot be carried out as given."""


class MachineError(CourseError):
    """The disk or the machine is full or broken."""

    def __init__(self, error: OSError) -> None:
        """Make a sentence of the error, which names the file if there is one."""
        where = f"{error.filename}: " if error.filename else ""
        super().__init__(f"{where}{error.strerror or error}: fix that, and run the same command again.")


def is_the_machines(error: OSError) -> bool:
    """Return whether an error is the machine's fault, whatever a submission holds."""
    return error.errno in MACHINE_ERRORS
