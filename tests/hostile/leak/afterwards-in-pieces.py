"""The secret line as an error of a last cell, in base64 with gaps."""

EXTRA = r"""
import base64
line = [line for text in In for line in text.splitlines() if 'can' 'ary' in line][0]
encoded = base64.b64encode(line.encode()).decode()
raise ValueError(' '.join(encoded[i:i + 8] for i in range(0, len(encoded), 8)))
"""
