"""Text cells with a backslash that cancels the one that might be put before a bracket or a command."""


def change(nb):
    import nbformat.v4 as v4

    links = r"[a\](javascript:alert(1)) [b\\](javascript:alert(1)) ![d\](javascript:alert(1)) $\\href{javascript:x}{y}$"
    nb.cells.append(v4.new_markdown_cell(links + "\n\n| x |\n|--|\n| [a\\](javascript:alert(1)) |"))
    nb.cells.append(v4.new_markdown_cell("> ```mermaid\n> graph LR; A[&lt;img src=x onerror=alert(1)&gt;]\n> ```"))
