"""Harmless: makes texts and pictures from students safe to store, to print, and to show in a browser."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import unquote

IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

# Markdown that could do harm in the reader's browser. We put a zero-width character (U+2060) after each match. It
# disables the construct, is invisible in code, and cannot be cancelled by a preceding backslash.
SIGN = "\u2060"
HARMFUL = re.compile(
    r"""<(?=[A-Za-z/!?])  # HTML
    # A link or picture whose address is not a web page, also if the address is defined elsewhere in the text.
    | \](?=\(\s*(?!https?://|mailto:|attachment:|\#) | :\s*(?!https?://|mailto:|\#))
    # LaTeX that makes links or loads something, and other ways to write its backslash.
    | \\(?=(?:href|url|require|cssId|class|style|bbox|html[A-Za-z]*|includegraphics|mmlToken|texttip)(?![A-Za-z]))
    | &(?=\#|bsol;)
    # A diagram, which a script draws.
    | (?:(?<!`)`{3,}|(?<!~)~{3,})(?=[^\S\n]*(?i:mermaid))""",
    re.VERBOSE,
)
FORMULA = "=", "+", "-", "@", "\t", "\r"  # how a cell begins that a spreadsheet computes
# A picture in a text. Its name has no letters with a meaning in a link.
ATTACHED = re.compile(r"attachment:(?:([^():\s]*)(?=[) \t\n\r\f]))?")


def is_image(encoded: Any, start: bytes) -> bool:
    """Return whether `encoded` is base64 of bytes that begin with `start`."""
    if not isinstance(encoded, str):
        return False
    try:
        return base64.b64decode(encoded.replace("\n", ""), validate=True).startswith(start)
    except (binascii.Error, ValueError):
        return False


def text_of(value: Any) -> str:
    """Return a text that can be written to a file: `value` itself, its joined parts, or "" if it is no text."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "".join(value)
    text = value if isinstance(value, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """Return a text, for example a student's file name, as one line that is safe in a terminal and a database."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as a list in a sentence; only the first ones if there are many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def attachment_name(name: str) -> str:
    """Return the name of a picture, without letters that have a meaning in a link."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", unquote(name))


def harmless(text: str, attachments: Collection[str] = ()) -> str:
    """Return a student's Markdown so that it runs nothing in the reader's browser.

    Args:
        text: the Markdown.
        attachments: the names of the cell's pictures; the text may show no other ones.
    """

    def named(match: re.Match[str]) -> str:
        name = None if match[1] is None else attachment_name(match[1])
        # nbconvert fails if a text names a picture that does not exist.
        return f"attachment:{name}" if name in attachments else match[0].replace(":", f"{SIGN}:")

    return HARMFUL.sub(rf"\g<0>{SIGN}", ATTACHED.sub(named, text))


def guarded(value: str) -> str:
    """Return a text for a cell of a spreadsheet, which would compute what begins like a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


def unguarded(value: str) -> str:
    """Return the text that `guarded` was given."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA) else value
