"""Sphinx's configuration for the site of the executed lectures; it needs no network, to build or to read."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))  # where the extension from_code lies

project = "Sentiment analysis with neural networks in Trax"
author = "The maintainers of the course"
extensions = ["myst_nb", "sphinx-mathjax-offline", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "from_code"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3  # links to headings work as they do on GitHub
autodoc_member_order = "bysource"

# site/execute.py has run the lectures already, in parallel and with its checks.
nb_execution_mode = "off"
nb_merge_streams = True  # one box for what one cell prints
# A widget needs a kernel. A page has none, so it shows the widget's static twin, the text/html in the same output.
nb_mime_priority_overrides = [("*", "application/vnd.jupyter.widget-view+json", None)]
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_title = "Sentiment analysis in Trax"
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],  # the sidebar has the search box
}
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is
html_show_sourcelink = False
html_copy_source = True
