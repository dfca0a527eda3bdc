"""Skip rfc3987_syntax: importing it costs every command a second of processor time, and nothing here needs it.

jsonschema imports this module if it is installed, as it is with Jupyter, to check internationalized addresses. It
builds a grammar for that. No schema of a notebook has such addresses.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None tells Python that the module cannot be imported
