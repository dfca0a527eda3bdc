"""Stored outputs: cut out of the bytes of a large notebook before it is parsed, because nothing reads them.

A parsed notebook takes up to 25 times the memory of its file, so the size of what is parsed must be bounded. Outputs
make up most of a large notebook, so an honest notebook is small without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_TOKENS = 10_000_000  # texts and brackets that are read, which takes some seconds

TOKEN = re.compile(
    rb"""[^"\[\]{}]*+
    (?:
        (?P<key>"(?:outputs|widgets)"\s*+:\s*+(?=[\[{]))  # the key of a list or object that is cut out
        | "[^"\\]*+(?:\\.[^"\\]*+)*+"  # a text
        | (?P<open>[\[{])
        | (?P<close>[\]}])
    )""",
    re.VERBOSE | re.DOTALL,
)


def without_outputs(content: bytes) -> bytes:
    """Return a notebook in UTF-8 with null instead of its outputs and of the state of its widgets.

    After MOST_TOKENS, and from the first place that is no JSON, the bytes stay as they are.
    """
    parts: list[bytes] = []
    kept_from = cut_from = depth = 0
    cutting = False
    for token in _tokens(content):
        kind = token.lastgroup
        if not cutting and kind == "key":
            cutting, cut_from, depth = True, token.end(), 0
        elif cutting and kind in ("open", "close"):
            depth += 1 if kind == "open" else -1
            if not depth:
                parts += content[kept_from:cut_from], b"null"
                cutting, kept_from = False, token.end()
    return b"".join(parts) + content[kept_from:]


def _tokens(content: bytes) -> Iterator[re.Match[bytes]]:
    place = 0
    for _ in range(MOST_TOKENS):
        token = TOKEN.match(content, place)
        if token is None:
            return
        yield token
        place = token.end()
