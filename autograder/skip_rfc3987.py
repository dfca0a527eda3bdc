"""Keeps out a module that costs every command a second of processor time and does nothing here.

jsonschema imports rfc3987_syntax, which builds a grammar, to check the format of internationalized addresses where it
is installed, as it is with Jupyter. No schema of a notebook has any.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python's way to say: cannot be imported
