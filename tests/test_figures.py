"""Figures and explorables: readable on any page, described in words, and never blank without a kernel."""

import re

import numpy as np
import pytest

from coursekit import figures
from coursekit.figures import Picture
from coursekit.widgets import explore

POINTS = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]])
DRAWN = {
    "network": lambda: figures.network([3, 9, 2], labels=["in", "hidden", "out"], values=[[1, 2, 3]], lit=1, alt="a"),
    "pipeline": lambda: figures.pipeline(["Dense", "Relu"], ["(2, 3)", "(2, 4)", "(2, 4)"], lit=0, alt="a"),
    "table": lambda: figures.table([[1, -2]], rows=["x"], columns=["u", "v"], lit=[0], alt="a"),
    "curves": lambda: figures.curves({"square": lambda z: z**2, "one": lambda z: 1}, marks=[(1, 1, "here")], alt="a"),
    "boundary": lambda: figures.boundary(lambda X: X[:, 0], POINTS, np.array([0, 1, 1]), alt="a"),
    "words": lambda: figures.words(POINTS, ["I", "am", "happy"], labels=[1, 0, 1], alt="a"),
    "history": lambda: figures.history({"loss": ([1, 2], [0.5, 0.25])}, alt="a"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_ink_is_the_pages_own_and_the_background_too(name: str) -> None:
    svg = DRAWN[name]().svg
    assert "currentColor" in svg
    assert not re.search(r"(fill|stroke): #(000000|010203|ffffff)", svg)


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_figure_gives_the_same_bytes(name: str) -> None:
    assert DRAWN[name]().svg == DRAWN[name]().svg


@pytest.mark.parametrize("color", figures.COLORS)
def test_a_colour_contrasts_with_light_and_dark_pages(color: str) -> None:
    # Relative luminance and contrast as WCAG 2.2 defines them.
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    assert 1.05 / (luminance + 0.05) >= 3 and (luminance + 0.05) / 0.05 >= 3


def test_a_figure_says_in_words_what_it_shows() -> None:
    shown = figures.curves({"line": lambda z: z}, alt='A line, "steep"')
    assert 'role="img" aria-label="A line, &quot;steep&quot;"' in shown._repr_html_()
    assert repr(shown) == 'Figure: A line, "steep"'


def test_a_figure_without_an_alt_text_is_refused() -> None:
    with pytest.raises(ValueError, match="needs an alt text"):
        figures.curves({"line": lambda z: z}, alt=" ")


def test_a_pipeline_needs_a_shape_around_each_layer() -> None:
    with pytest.raises(ValueError, match="1 layers need 2 shapes; 1 were given"):
        figures.pipeline(["Dense"], ["(2, 3)"], alt="a")


def draw(w: float, kind: str) -> Picture:
    return Picture(f"<svg>{w} {kind}</svg>", f"w is {w}, {kind}")


def test_an_explorable_follows_its_controls() -> None:
    live = explore(draw, twin=[{"w": 1.0, "kind": "relu"}], w=(-2.0, 2.0, 0.5), kind=["relu", "tanh"])
    slider, dropdown, shown = live.children
    assert "1.0 relu" in shown.value
    slider.value, dropdown.value = -0.5, "tanh"
    assert "-0.5 tanh" in shown.value


def test_without_a_kernel_the_twin_shows_every_given_setting() -> None:
    twin = [{"w": 1, "kind": "relu"}, {"w": 2, "kind": "tanh"}]
    bundle = explore(draw, twin=twin, w=(0, 3, 1), kind=["relu", "tanh"])._repr_mimebundle_()
    assert "<svg>1 relu</svg>" in bundle["text/html"] and "<svg>2 tanh</svg>" in bundle["text/html"]
    assert "w is 1, relu w is 2, tanh" in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
