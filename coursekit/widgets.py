"""Figures that follow sliders, each with a static twin for readers without a running kernel.

    explore(draw, twin=[{"w": -1}, {"w": 2}], w=(-3, 3, 0.5))

shows `draw(w=…)` under a slider in JupyterLab. A web page, or a notebook without a kernel, shows the twin instead:
the same figure for each of the given settings, side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

from coursekit.figures import Picture, side_by_side

Range = tuple[float, float, float]  # lowest, highest, step


class Explorable(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no type information
    """Controls above a figure. Its HTML form is the static twin."""

    def __init__(self, draw: Callable[..., Picture], controls: Mapping[str, Any], twin: Picture) -> None:
        """Take the drawing function, a control for each of its arguments, and the static twin."""
        self._draw, self._controls, self._twin = draw, dict(controls), twin
        self._shown = ipywidgets.HTML()
        super().__init__([*self._controls.values(), self._shown])
        for control in self._controls.values():
            control.observe(self._redraw, names="value")
        self._redraw()

    def _redraw(self, _: object = None) -> None:
        values = {name: control.value for name, control in self._controls.items()}
        self._shown.value = self._draw(**values)._repr_html_()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Return the live view and the twin. The front end shows the best one that it can."""
        live: dict[str, Any] = super()._repr_mimebundle_(**options)
        return live | {"text/html": self._twin._repr_html_(), "text/plain": repr(self._twin)}


def explore(
    draw: Callable[..., Picture], *, twin: Sequence[Mapping[str, Any]], **controls: Range | Sequence[Any]
) -> Explorable:
    """Return a figure that follows controls. They start at the first setting of `twin`.

    Args:
        draw: takes the values of the controls by name and returns a picture.
        twin: the settings that the static twin shows.
        controls: for each argument of `draw`, a slider (lowest, highest, step) or a list of values to choose from.
            A slider of whole numbers has only whole values.
    """
    made = {name: _control(name, spec, twin[0][name]) for name, spec in controls.items()}
    return Explorable(draw, made, side_by_side(*(draw(**setting) for setting in twin)))


def _control(name: str, spec: Range | Sequence[Any], start: Any) -> Any:
    wide = {"description": name, "value": start, "style": {"description_width": "initial"}}
    if isinstance(spec, tuple):
        low, high, step = spec
        kind = ipywidgets.IntSlider if all(isinstance(n, int) for n in spec) else ipywidgets.FloatSlider
        return kind(min=low, max=high, step=step, layout={"width": "28em"}, **wide)
    return ipywidgets.Dropdown(options=spec, **wide)
