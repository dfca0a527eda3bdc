"""Drawings for the course: curves, networks, tables, points and measured histories, in the style of `pictures`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

# Notebooks take all of these from here.
from coursekit.pictures import COLORS as COLORS
from coursekit.pictures import INK as INK
from coursekit.pictures import MARKERS as MARKERS
from coursekit.pictures import NEGATIVE as NEGATIVE
from coursekit.pictures import POSITIVE as POSITIVE
from coursekit.pictures import STYLES as STYLES
from coursekit.pictures import Picture as Picture
from coursekit.pictures import axes as axes
from coursekit.pictures import picture as picture
from coursekit.pictures import side_by_side as side_by_side

Array = npt.NDArray[Any]

RIM = 11.5  # the radius of a drawn unit, in points


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
    """Draw functions of one number from `low` to `high`.

    Args:
        functions: the functions, by the name that the legend shows.
        low: the left end.
        high: the right end.
        alt: the alt text.
        x: the label of the x-axis.
        y: the label of the y-axis.
        marks: points to mark, as (x, y, text).
        size: width and height in inches.
    """
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
    """Draw faint lines through zero."""
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
    """Draw a fully connected network, from left to right.

    Args:
        sizes: the number of units of each layer.
        alt: the alt text.
        labels: a text above each layer.
        values: numbers to write into the units, a sequence per layer.
        lit: the layer to draw strongly, with the connections into it. The others are drawn faintly.
        most: the largest number of units to draw per layer. Dots replace the others.
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
    """Draw a line between the edges of two units, so that it does not cross the numbers in them."""
    line = {"arrowstyle": "-", "color": INK, "alpha": alpha, "lw": 0.8, "shrinkA": RIM, "shrinkB": RIM}
    ax.annotate("", end, start, arrowprops=line, zorder=1)


def _draw_units(
    ax: Axes, places: Sequence[tuple[float, float]], color: str, strong: bool, values: Sequence[float]
) -> None:
    """Draw the units of one layer as circles, with their numbers if there are any."""
    for j, place in enumerate(places):
        ax.plot(*place, "o", ms=2 * RIM, mfc=color, mec=INK, mew=0.8, alpha=1 if strong else 0.3, zorder=2)
        if j < len(values):
            ink = "white" if strong else INK
            ax.annotate(f"{values[j]:.3g}", place, ha="center", va="center", color=ink, fontsize=8, zorder=3)


def _unit_places(x: float, size: int, most: int) -> list[tuple[float, float]]:
    """Return the places of a layer's units, centred on y = 0. If some are left out, there is a gap in the middle."""
    shown = min(size, most)
    heights = (shown - 1) / 2 - np.arange(shown)
    if size > most:
        heights = heights + 0.5 * np.sign(heights)
    return [(x, float(height)) for height in heights]


def pipeline(layers: Sequence[str], shapes: Sequence[str], *, alt: str, lit: int | None = None) -> Picture:
    """Draw layers as boxes in a row, with the shape of the data before, between and after them.

    Args:
        layers: the names of the layers.
        shapes: the shapes, one more than there are layers.
        alt: the alt text.
        lit: the index of the box to draw strongly. The others are drawn faintly.

    Raises:
        ValueError: the number of shapes does not fit the number of layers.
    """
    if len(shapes) != len(layers) + 1:
        raise ValueError(f"{len(layers)} layers need {len(layers) + 1} shapes; {len(shapes)} were given.")
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
    """Draw an array of shape (rows, columns) as a grid of numbers. Negative and positive numbers have different tints.

    Args:
        values: the array.
        alt: the alt text.
        rows: the names of the rows.
        columns: the names of the columns.
        form: the format of a number.
        lit: the rows with a strong frame.
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
    """Draw points with their classes, and the area that `predict` gives to each class.

    Args:
        predict: takes points of shape (m, 2) and returns the probability of class 1, shape (m,). The border is at 0.5.
        X: the points, shape (n, 2).
        y: their classes, 0 or 1.
        alt: the alt text.
        title: a title above the figure.
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
    """Draw points X of shape (n, 2) on axes, with a marker and a colour for each class."""
    for label, (name, color) in enumerate(zip(names, (NEGATIVE, POSITIVE), strict=True)):
        chosen = X[np.asarray(y) == label]
        ax.plot(chosen[:, 0], chosen[:, 1], MARKERS[1 - label], color=color, mec=INK, mew=0.5, ms=6, ls="", label=name)


def words(vectors: Any, names: Sequence[str], *, alt: str, labels: Any = None, title: str = "") -> Picture:
    """Draw word vectors as named points.

    Args:
        vectors: shape (n, 2).
        names: the words.
        alt: the alt text.
        labels: 0 or 1 per word; they choose marker and colour.
        title: a title above the figure.
    """
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
    """Draw measured curves, for instance losses during training: {name: (steps, values)}."""
    fig, ax = axes(*size)
    for i, (name, (at, values)) in enumerate(lines.items()):
        marker = MARKERS[i % len(MARKERS)] if len(at) < 40 else ""
        style: dict[str, Any] = {"color": COLORS[i % len(COLORS)], "linestyle": STYLES[i % len(STYLES)]}
        ax.plot(at, values, marker=marker, ms=5, label=name, **style)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.legend()
    return picture(fig, alt)
