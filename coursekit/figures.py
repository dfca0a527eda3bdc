"""Figures in one style: readable on light and dark pages, without colour vision, and by a screen reader.

A figure is inline SVG. Its ink is the text colour of the page it stands on, and its background is that page's, so
it fits JupyterLab's light and dark themes and the site. Series differ by line style or marker as well as by colour.
Every figure has an alt text, which is also what a plain-text reader gets.

    fig, ax = axes(5, 3)
    ax.plot(x, y)
    picture(fig, alt="What a reader who cannot see the figure has to know")
"""

from __future__ import annotations

import html
import io
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

Array = npt.NDArray[Any]

INK = "#010203"  # stands for the page's text colour, which takes its place in the SVG
# Each contrasts at least 3 : 1 with white and with black: its luminance lies between 0.12 and 0.30.
COLORS = ("#2f7fc1", "#d55e00", "#009e73", "#b05c9b", "#808080")
STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "X", "s", "^", "D")
POSITIVE, NEGATIVE = COLORS[0], COLORS[1]
RIM = 11.5  # points from the middle of a drawn unit to its rim

_RC: Any = {  # matplotlib's own type lists every key by name
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
    """A finished figure: what notebooks and pages show."""

    svg: str
    alt: str

    def _repr_html_(self) -> str:
        label = html.escape(self.alt, quote=True)
        return f'<div role="img" aria-label="{label}" style="display:inline-block;max-width:100%">{self.svg}</div>'

    def __repr__(self) -> str:
        """Return the alt text, for readers without pictures."""
        return f"Figure: {self.alt}"


def axes(width: float, height: float, *, bare: bool = False) -> tuple[Figure, Axes]:
    """Return a new figure of `width` x `height` inches and its axes in the course's style, `bare` without frame."""
    with rc_context(_RC):
        fig = Figure(figsize=(width, height), layout="constrained")
        ax = fig.subplots()
    if bare:
        ax.set_axis_off()
    return fig, ax


def picture(fig: Figure, alt: str) -> Picture:
    """Finish a figure; `alt` says in words what it shows. ValueError where `alt` is empty."""
    if not alt.strip():
        raise ValueError("A figure needs an alt text: say in one or two sentences what it shows.")
    for text in fig.findobj(Text):
        if text.get_color() == "black":  # Matplotlib's default, which would be invisible on a dark page
            text.set_color(INK)
    for legend in fig.findobj(Legend):
        legend.set_frame_on(False)
    written = io.StringIO()
    with rc_context(_RC):
        fig.savefig(written, format="svg", metadata={"Date": None})
    svg = re.sub(r"^.*?(?=<svg)", "", written.getvalue(), flags=re.DOTALL).replace(INK, "currentColor")
    # A page narrower than the figure shrinks it instead of cutting it off.
    return Picture(svg.replace("<svg ", '<svg style="max-width:100%;height:auto" aria-hidden="true" ', 1), alt)


def curves(
    functions: Mapping[str, Callable[[Array], Any]],
    low: float = -5,
    high: float = 5,
    *,
    alt: str,
    x: str = "z",
    y: str = "g(z)",
    marks: Sequence[tuple[float, float, str]] = (),
    size: tuple[float, float] = (5, 3),
) -> Picture:
    """Draw functions of one number over low … high, each named in the legend; `marks` are points (x, y, text)."""
    fig, ax = axes(*size)
    at = np.linspace(low, high, 401)
    for i, (name, function) in enumerate(functions.items()):
        values = np.broadcast_to(np.asarray(function(at), dtype=float), at.shape)
        ax.plot(at, values, STYLES[i % len(STYLES)], color=COLORS[i % len(COLORS)], label=name)
    for px, py, text in marks:
        ax.plot([px], [py], "o", color=INK)
        ax.annotate(text, (px, py), xytext=(6, 6), textcoords="offset points")
    _cross(ax)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.legend()
    return picture(fig, alt)


def _cross(ax: Axes) -> None:
    """Mark where x and y are zero, faintly."""
    for line in (ax.axhline, ax.axvline):
        line(0, color=INK, linewidth=0.6, alpha=0.4, zorder=0)


def network(
    sizes: Sequence[int],
    *,
    alt: str,
    labels: Sequence[str] = (),
    values: Sequence[Sequence[float]] = (),
    lit: int | None = None,
    most: int = 6,
) -> Picture:
    """Draw a fully connected network with layers of the given `sizes`, left to right.

    labels: a text above each layer. values: a number inside each unit, a sequence for each layer.
    lit: draw this layer and the connections into it strongly and the others faintly.
    Layers of more than `most` units are drawn with `most` and dots in the middle.
    """
    places = [_unit_places(i * 2.2, size, most) for i, size in enumerate(sizes)]
    top = max(y for units in places for _, y in units)
    fig, ax = axes(1.9 * len(sizes), 0.5 * (2 * top + (2 if labels else 1.2)), bare=True)
    for i, (left, right) in enumerate(itertools.pairwise(places), start=1):
        alpha = 0.55 if lit in (None, i) else 0.12
        for start in left:
            for end in right:
                _connect(ax, start, end, alpha)
    for i, units in enumerate(places):
        color = COLORS[i % 3] if i else COLORS[4]
        _draw_units(ax, units, color, lit in (None, i), values[i] if i < len(values) else ())
        if sizes[i] > most:
            ax.annotate("⋮", (i * 2.2, 0), ha="center", va="center", fontsize=15)
        if labels:
            ax.annotate(labels[i], (i * 2.2, top + 0.7), ha="center", va="bottom")
    ax.set_xlim(-0.8, 2.2 * (len(sizes) - 1) + 0.8)
    ax.set_ylim(-top - 0.6, top + (1.4 if labels else 0.6))
    return picture(fig, alt)


def _connect(ax: Axes, start: tuple[float, float], end: tuple[float, float], alpha: float) -> None:
    """Draw a line from rim to rim of two units, so that it does not cross the numbers in them."""
    line = {"arrowstyle": "-", "color": INK, "alpha": alpha, "lw": 0.8, "shrinkA": RIM, "shrinkB": RIM}
    ax.annotate("", end, start, arrowprops=line, zorder=1)


def _draw_units(
    ax: Axes, places: Sequence[tuple[float, float]], color: str, strong: bool, values: Sequence[float]
) -> None:
    """Draw the units of one layer as circles, with numbers in them where there are some."""
    for j, place in enumerate(places):
        ax.plot(*place, "o", ms=2 * RIM, mfc=color, mec=INK, mew=0.8, alpha=1 if strong else 0.3, zorder=2)
        if j < len(values):
            ink = "white" if strong else INK
            ax.annotate(f"{values[j]:.3g}", place, ha="center", va="center", color=ink, fontsize=8, zorder=3)


def _unit_places(x: float, size: int, most: int) -> list[tuple[float, float]]:
    """Return the places of a layer's units, centred on y = 0; a gap in the middle where some are left out."""
    shown = min(size, most)
    heights = (shown - 1) / 2 - np.arange(shown)
    if size > most:
        heights = heights + 0.5 * np.sign(heights)
    return [(x, float(height)) for height in heights]


def pipeline(layers: Sequence[str], shapes: Sequence[str], *, alt: str, lit: int | None = None) -> Picture:
    """Draw layers as boxes in a row, with the shape of the data before, between and after them.

    shapes: one text more than there are layers. lit: draw the box with this index strongly.
    """
    if len(shapes) != len(layers) + 1:
        raise ValueError(f"{len(layers)} layers have {len(layers) + 1} shapes around them; {len(shapes)} were given.")
    fig, ax = axes(1.75 * len(layers) + 1, 1.5, bare=True)
    for i, name in enumerate(layers):
        left, color = 2 * i + 0.9, COLORS[i % len(COLORS)]
        box = FancyBboxPatch((left, -0.35), 1.1, 0.7, boxstyle="round,pad=0.08", fc="none", ec=color, lw=2)
        box.set_alpha(1 if lit in (None, i) else 0.3)
        ax.add_patch(box)
        ax.annotate(name, (left + 0.55, 0), ha="center", va="center", fontsize=10)
    for i, shape in enumerate(shapes):
        start = 2 * i
        ends = (start + 0.78, 0), (start + 0.1, 0)
        ax.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.2})
        ax.annotate(shape, (start + 0.44, 0.5), ha="center", va="bottom", fontsize=9)
    ax.set_xlim(-0.2, 2 * len(layers) + 1)
    ax.set_ylim(-0.7, 1.0)
    return picture(fig, alt)


def table(
    values: Any,
    *,
    alt: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    form: str = "{:g}",
    lit: Sequence[int] = (),
) -> Picture:
    """Draw an array of shape (rows, columns) as a grid of numbers, negative and positive ones tinted.

    rows, columns: names beside the grid. form: how a number is written. lit: the rows framed strongly.
    """
    grid = np.atleast_2d(np.asarray(values))
    height, width = grid.shape
    fig, ax = axes(0.8 * width + 1.5, 0.38 * height + 0.6, bare=True)
    largest = float(np.abs(grid).max(initial=0)) or 1.0
    for i, j in np.ndindex(height, width):
        number = float(grid[i, j])
        tint = POSITIVE if number > 0 else NEGATIVE
        ax.fill([j, j + 1, j + 1, j], [-i, -i, -i - 1, -i - 1], color=tint, alpha=0.35 * abs(number) / largest, lw=0)
        ax.annotate(form.format(grid[i, j]), (j + 0.5, -i - 0.5), ha="center", va="center", fontsize=10)
    for i in range(height):
        strong = i in lit
        ax.plot([0, width, width, 0, 0], [-i, -i, -i - 1, -i - 1, -i], color=INK, lw=2.5 if strong else 0.5)
    for i, name in enumerate(rows):
        ax.annotate(name, (-0.15, -i - 0.5), ha="right", va="center", fontsize=10)
    for j, name in enumerate(columns):
        ax.annotate(name, (j + 0.5, 0.15), ha="center", va="bottom", fontsize=10)
    ax.set_xlim(-0.1 - 0.16 * max((len(name) for name in rows), default=0), width + 0.1)
    ax.set_ylim(-height - 0.1, 0.9 if columns else 0.1)
    return picture(fig, alt)


def boundary(predict: Callable[[Array], Any], X: Array, y: Array, *, alt: str, title: str = "") -> Picture:
    """Draw points X of shape (n, 2) with classes y (0 or 1), and the areas that `predict` gives to each class.

    predict: takes points of shape (m, 2) and returns a probability of class 1, shape (m,), split at 0.5.
    """
    fig, ax = axes(4.2, 3.6)
    low, high = X.min(axis=0) - 0.5, X.max(axis=0) + 0.5
    across, up = np.meshgrid(np.linspace(low[0], high[0], 120), np.linspace(low[1], high[1], 120))
    p = np.asarray(predict(np.stack([across.ravel(), up.ravel()], axis=1))).reshape(across.shape)
    ax.contourf(across, up, p, levels=[-1e9, 0.5, 1e9], colors=[NEGATIVE, POSITIVE], alpha=0.15)
    if p.min() < 0.5 < p.max():
        ax.contour(across, up, p, levels=[0.5], colors=[INK], linewidths=1.5)
    points(ax, X, y)
    ax.set_title(title)
    fig.legend(loc="outside lower center", ncols=2)
    return picture(fig, alt)


def points(ax: Axes, X: Array, y: Array, names: Sequence[str] = ("class 0", "class 1")) -> None:
    """Put points X of shape (n, 2) on axes, each class with a marker and a colour of its own."""
    for label, (name, color) in enumerate(zip(names, (NEGATIVE, POSITIVE), strict=True)):
        chosen = X[np.asarray(y) == label]
        ax.plot(chosen[:, 0], chosen[:, 1], MARKERS[1 - label], color=color, mec=INK, mew=0.5, ms=6, ls="", label=name)


def words(vectors: Any, names: Sequence[str], *, alt: str, labels: Any = None, title: str = "") -> Picture:
    """Draw word vectors of shape (n, 2) as named points; `labels` 0 or 1 choose marker and colour."""
    X = np.asarray(vectors)
    fig, ax = axes(5, 4)
    kinds = np.ones(len(X), dtype=int) if labels is None else np.asarray(labels)
    points(ax, X, kinds)
    for place, name in zip(X, names, strict=True):
        ax.annotate(name, place, xytext=(5, 4), textcoords="offset points", fontsize=9)
    ax.set_title(title)
    ax.locator_params(nbins=5)
    _cross(ax)
    ax.margins(0.15)
    return picture(fig, alt)


def history(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    alt: str,
    x: str = "step",
    y: str = "loss",
    size: tuple[float, float] = (5, 3),
) -> Picture:
    """Draw measured curves, for instance of a training: name -> (steps, values)."""
    fig, ax = axes(*size)
    for i, (name, (at, values)) in enumerate(lines.items()):
        marker = MARKERS[i % len(MARKERS)] if len(at) < 40 else ""
        style: dict[str, Any] = {"color": COLORS[i % len(COLORS)], "linestyle": STYLES[i % len(STYLES)]}
        ax.plot(at, values, marker=marker, ms=5, label=name, **style)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.legend()
    return picture(fig, alt)


def side_by_side(*pictures: Picture) -> Picture:
    """Put pictures next to each other; where a page is too narrow for that, they come one below the other."""
    cells = "".join(
        f'<div style="flex:1 1 {_least_width(one)};max-width:max-content">{one.svg}</div>' for one in pictures
    )
    inner = f'<div style="display:flex;flex-wrap:wrap;gap:1em;align-items:center">{cells}</div>'
    return Picture(inner, " ".join(one.alt for one in pictures))


def _least_width(drawn: Picture) -> str:
    """Return the width below which a picture's text would be too small: seven tenths of its own."""
    own = re.match(r'<svg [^>]*?\bwidth="([0-9.]+)pt"', drawn.svg)
    return f"{0.7 * float(own[1]):.0f}pt" if own else "16em"
