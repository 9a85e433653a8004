"""What holds for each colour, and for each figure whatever it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import DIVERGING, GRID, GROUND, INK, NEGATIVE, NEUTRAL, PALE, POSITIVE, SMALL_SIZE
from qmnist_core.plots import style

PAPER = {INK, GRID, GROUND}
TONES = {*(model.colour for model in MODELS.values()), POSITIVE, NEGATIVE, NEUTRAL}
DARK, DARK_INK = "#10141b", "#e8eaed"
NAMES = [
    *(
        "comparison",
        "steps",
        "epochs",
        "no steps",
        "exponents",
        "outputs",
        "confusion",
        "disagreement",
        "funnel",
    ),
    *("readout", "spread"),
    *("cosine", "inputs", "waves", "map"),
]


@pytest.fixture(params=NAMES)
def figure(request: pytest.FixtureRequest, figures: dict[str, Any]) -> Any:
    return figures[request.param]


@pytest.mark.parametrize("tone", sorted(TONES))
@pytest.mark.parametrize("ground", [GROUND, DARK])
def test_a_tone_can_be_told_from_light_and_dark_grounds(tone: str, ground: str) -> None:
    assert contrast(tone, ground) >= 3


@pytest.mark.parametrize("tone", [POSITIVE, NEGATIVE])
@pytest.mark.parametrize(("ground", "ink"), [(GROUND, INK), (DARK, DARK_INK)])
def test_ink_can_be_read_on_pale_tones_in_both_themes(tone: str, ground: str, ink: str) -> None:
    for share in (0.0, PALE / 2, PALE):
        assert contrast(mixed(ground, tone, share), ink) >= 4.5


def test_colours_differ() -> None:
    assert len({*(model.colour for model in MODELS.values()), POSITIVE, NEGATIVE}) == 6
    assert contrast(INK, GROUND) > 7
    assert DIVERGING == [[0, NEGATIVE], [0.5, GROUND], [1, POSITIVE]]


def test_all_figures_are_examined(figures: dict[str, Any]) -> None:
    assert list(figures) == NAMES


def test_a_figure_has_no_colours_but_those_of_paper_and_the_tones(figure: Any) -> None:
    text = figure.to_json()
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) <= PAPER | TONES
    assert not re.findall(r'rgba?\(|"(?:white|black|gr[ae]y)"', text)
    layout = figure.layout
    assert (layout.paper_bgcolor, layout.font.color, layout.hoverlabel.font.color) == (GROUND, INK, INK)


def test_no_text_is_small(figure: Any) -> None:
    sizes = [
        value["size"]
        for path, value in walk(json.loads(figure.to_json()))
        if "font" in path and isinstance(value, dict) and "size" in value
    ]
    assert min(sizes) >= SMALL_SIZE >= 14


def test_a_figure_follows_the_width_and_no_finger_moves_its_axes(figure: Any) -> None:
    layout = figure.layout
    assert layout.width is None
    assert layout.height > 0
    assert layout.dragmode is False
    assert layout.uirevision == "keep"
    axes = [value for key, value in layout.to_plotly_json().items() if re.fullmatch(r"[xy]axis\d*", key)]
    assert len(axes) >= 2
    assert all(axis["fixedrange"] and axis["automargin"] for axis in axes)


def test_a_figure_says_in_words_what_it_shows(figure: Any) -> None:
    alt = figure.layout.meta["alt"]
    assert alt[0].isupper() or alt[0] in "⟨0123456789"
    assert alt.endswith(".")
    assert re.search(r"\d", alt) or "nothing trained yet" in alt


def test_a_figure_is_small_and_plain(figure: Any) -> None:
    text = figure.to_json()
    assert len(text) < 16_000
    assert len(json.dumps(json.loads(text)["layout"]["template"])) < 100
    assert "bdata" not in text, "lists, which the browser reads as they are"
    assert "NaN" not in text


def test_axes_and_hovers_name_what_they_show(figure: Any) -> None:
    shown = [trace for trace in figure.data if trace.hoverinfo != "skip"]
    assert all(trace.hovertemplate and trace.hovertemplate.endswith("<extra></extra>") for trace in shown)


def test_numbers_in_print() -> None:
    assert style.plain([0.123456, float("nan"), float("inf")]) == [0.1235, None, None]


def test_what_json_does_not_know_is_refused() -> None:
    made = style.figure([{"type": "bar", "y": [float("nan")]}], {"height": 300}, "One bar.")
    with pytest.raises(ValueError, match="not JSON compliant"):
        style.as_json(made)


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio."""
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def mixed(ground: str, tone: str, share: float) -> str:
    pairs = ((int(ground[i : i + 2], 16), int(tone[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(low + share * (high - low)):02x}" for low, high in pairs)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All values of a JSON document with their keys' path."""
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from walk(item, f"{path}/{key}")
