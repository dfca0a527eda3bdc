"""Figures in one style: readable on light and dark pages, without colour vision, and by a screen reader.

A figure is inline SVG. It takes its text colour and background from the page, so it fits JupyterLab's light and dark
themes and the site. Series differ by line style or marker as well as by colour. Each figure has an alt text, which
is also its plain-text form.

    fig, ax = axes(5, 3)
    ax.plot(x, y)
    picture(fig, alt="What a reader who cannot see the figure needs to know")
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from typing import Any

from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

INK = "#010203"  # a placeholder: in the SVG, the page's text colour replaces it
# Each has a contrast of at least 3 : 1 with white and with black: a luminance between 0.12 and 0.30.
COLORS = ("#2f7fc1", "#d55e00", "#009e73", "#b05c9b", "#808080")
STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "X", "s", "^", "D")
POSITIVE, NEGATIVE = COLORS[0], COLORS[1]

_RC: Any = {  # matplotlib's own type lists each key by name
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.prop_cycle": cycler(color=COLORS),
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "coursekit",  # the same figure gives the same bytes
    "lines.linewidth": 2,
}


@dataclass(frozen=True)
class Picture:
    """A finished figure, as notebooks and pages show it."""

    svg: str
    alt: str

    def _repr_html_(self) -> str:
        label = html.escape(self.alt, quote=True)
        return f'<div role="img" aria-label="{label}" style="display:inline-block;max-width:100%">{self.svg}</div>'

    def __repr__(self) -> str:
        """Return the alt text, for plain-text output."""
        return f"Figure: {self.alt}"


def axes(width: float, height: float, *, bare: bool = False) -> tuple[Figure, Axes]:
    """Return a new figure in the course's style, and its axes.

    Args:
        width: in inches.
        height: in inches.
        bare: whether to leave out the frame, the ticks and the labels of the axes.
    """
    with rc_context(_RC):
        fig = Figure(figsize=(width, height), layout="constrained")
        ax = fig.subplots()
    if bare:
        ax.set_axis_off()
    return fig, ax


def picture(fig: Figure, alt: str) -> Picture:
    """Finish a figure.

    Args:
        fig: the figure.
        alt: one or two sentences that say what it shows.

    Raises:
        ValueError: `alt` is empty.
    """
    if not alt.strip():
        raise ValueError("A figure needs an alt text: say in one or two sentences what it shows.")
    for text in fig.findobj(Text):
        if text.get_color() == "black":  # Matplotlib's default is invisible on a dark page
            text.set_color(INK)
    for legend in fig.findobj(Legend):
        legend.set_frame_on(False)
    written = io.StringIO()
    with rc_context(_RC):
        fig.savefig(written, format="svg", metadata={"Date": None})
    svg = re.sub(r"^.*?(?=<svg)", "", written.getvalue(), flags=re.DOTALL).replace(INK, "currentColor")
    # A page that is narrower than the figure shrinks it instead of cutting it off.
    return Picture(svg.replace("<svg ", '<svg style="max-width:100%;height:auto" aria-hidden="true" ', 1), alt)


def side_by_side(*pictures: Picture) -> Picture:
    """Put pictures next to each other. On a narrow page they come one below the other."""
    cells = "".join(
        f'<div style="flex:1 1 {_least_width(one)};max-width:max-content">{one.svg}</div>' for one in pictures
    )
    inner = f'<div style="display:flex;flex-wrap:wrap;gap:1em;align-items:center">{cells}</div>'
    return Picture(inner, " ".join(one.alt for one in pictures))


def _least_width(drawn: Picture) -> str:
    """Return the smallest width at which a picture's text is still readable: 70 % of its own width."""
    own = re.match(r'<svg [^>]*?\bwidth="([0-9.]+)pt"', drawn.svg)
    return f"{0.7 * float(own[1]):.0f}pt" if own else "16em"
