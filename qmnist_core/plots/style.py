"""The look shared by all figures: one colour a model everywhere, legible from the back of a room.

The four hues differ in lightness as well, so that they stay apart without colour vision.
"""

from __future__ import annotations

MODEL_COLOURS = {"qnn": "#6a3fb5", "cnn": "#12897b", "fair": "#c2438f", "logistic": "#68707a"}
"""QNN violet, CNN teal, fair network magenta, logistic regression grey."""
INK = "#22262b"
GRID = "#e3e6ea"
FONT_SIZE = 16

LAYOUT = {
    "template": "simple_white",
    "font": {"family": "system-ui, sans-serif", "size": FONT_SIZE, "color": INK},
    "paper_bgcolor": "white",
    "plot_bgcolor": "white",
    "showlegend": False,
}
CONFIG = {"displayModeBar": False, "responsive": True}
"""Plotly's own settings for a page: no mode bar, follows the window's width."""
