"""Outputs stored in the submission."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells[2].outputs = [
        v4.new_output("display_data", {"text/html": "<script>alert(1)</script><img src=x onerror=alert(1)>"})
    ]
