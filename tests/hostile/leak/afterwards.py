"""All inputs printed by a last cell."""

EXTRA = r"""
for text in In:
    print(text)
"""
