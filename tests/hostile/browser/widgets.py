"""Widgets in the metadata."""


def change(nb):
    state = {"state": {"a": {"model_name": "</script><script>alert(1)</script>"}}}
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
