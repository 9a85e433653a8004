"""A 3, a 6, a heart and a star as a hand draws them, and a hand: a mouse or a finger."""

from __future__ import annotations

import math

import numpy as np

from tests.browser.server import Visit

Point = tuple[float, float]
REACH = 300
"""Milliseconds, at least, from a stroke's end until the hand is at a button."""


def arc(x: float, y: float, rx: float, ry: float, start: float, stop: float) -> list[Point]:
    """Points on an ellipse, angles in degrees, 0 to the right, counted clockwise as the screen goes down."""
    angles = np.radians(np.linspace(start, stop, 24))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


THREE = [arc(0.48, 0.33, 0.17, 0.15, 200, 450) + arc(0.48, 0.65, 0.2, 0.17, 270, 520)]
SIX = [[(0.62, 0.15), *arc(0.6, 0.6, 0.27, 0.45, 262, 180), *arc(0.5, 0.68, 0.17, 0.16, 180, 540)]]
HEART = [
    [
        (0.5, 0.85),
        (0.15, 0.45),
        (0.25, 0.2),
        (0.45, 0.22),
        (0.5, 0.35),
        (0.55, 0.22),
        (0.75, 0.2),
        (0.85, 0.45),
        (0.5, 0.85),
    ]
]
STAR = [[(0.5 + 0.42 * math.sin(math.tau * i * 2 / 5), 0.5 - 0.42 * math.cos(math.tau * i * 2 / 5)) for i in range(6)]]


def draw_with_mouse(tab: Visit, strokes: list[list[Point]]) -> None:
    box = tab.resting_box(tab.page.locator("canvas").first)
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke):
            tab.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if i == 0:
                tab.page.mouse.down()
        tab.page.mouse.up()


def draw_with_touch(tab: Visit, strokes: list[list[Point]]) -> None:
    box = tab.resting_box(tab.page.locator("canvas").first)
    session = tab.page.context.new_cdp_session(tab.page)
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke):
            place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            kind = "touchStart" if i == 0 else "touchMove"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
