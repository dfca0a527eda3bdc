"""Grading: submissions are executed by workers, kept in a journal, judged, and entered in the gradebook."""
