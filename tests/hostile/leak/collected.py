"""Every text in memory."""

EXTRA = r"""
import gc
lists = (found for found in gc.get_objects() if isinstance(found, (list, tuple)))
print([text for found in lists for text in found if isinstance(text, str) and 'canary' in text][:9])
"""
