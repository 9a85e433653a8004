"""The tutorial's closing figure: test accuracy of each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.style import GROUND, INK, LARGE_SIZE, LAYOUT, MODEL_COLOURS, axis

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Bar:
    """One model's test accuracies, 0–1, one for each seed; none yet keeps the model's place empty."""

    model: str
    title: str
    n_parameters: int
    accuracies: Sequence[float]

    @property
    def mean(self) -> float:
        return sum(self.accuracies) / len(self.accuracies)


def comparison_figure(
    bars: Sequence[Bar], digits: tuple[int, int], n_test: int, ceiling: float, size: int = 4
) -> Figure:
    """A bar per model, top to bottom, with the 95 % interval of its accuracy and a dot per seed; a dashed line
    is the ceiling of the images of `size`. Lies flat, so that names and figures stay legible on a narrow screen."""
    from plotly import graph_objects as go

    figure = go.Figure()
    for bar in bars:
        if not bar.accuracies:
            _add_empty_place(figure, bar)
            continue
        low, high = accuracy_interval(bar.mean, n_test)
        figure.add_bar(
            x=[bar.mean],
            y=[bar.title],
            orientation="h",
            marker_color=MODEL_COLOURS[bar.model],
            error_x={"array": [high - bar.mean], "arrayminus": [bar.mean - low], "color": INK, "thickness": 2},
            text=f"<b>{bar.mean:.1%}</b>",
            textposition="inside",
            insidetextanchor="start",
            textfont={"color": GROUND, "size": LARGE_SIZE},
            name=bar.title,
            hovertemplate=f"{bar.title}: %{{x:.1%}} on {n_test:,} test images<br>"
            f"95 % interval {low:.1%} to {high:.1%}<br>{bar.n_parameters:,} parameters<extra></extra>",
        )
        figure.add_annotation(
            x=0,
            y=bar.title,
            text=f"{bar.title}, {bar.n_parameters:,} parameters",
            xanchor="left",
            yanchor="bottom",
            yshift=23,
            showarrow=False,
            bgcolor=GROUND,
        )
    figure.add_scatter(
        x=[accuracy for bar in bars for accuracy in bar.accuracies],
        y=[bar.title for bar in bars for _ in bar.accuracies],
        mode="markers",
        marker={"color": GROUND, "size": 7, "line": {"color": INK, "width": 1.5}},
        name="one seed",
        hovertemplate="one seed: %{x:.2%}<extra></extra>",
    )
    figure.add_vline(x=ceiling, line={"color": INK, "dash": "dash", "width": 2}, opacity=1)
    figure.add_annotation(
        x=ceiling,
        y=1,
        yref="paper",
        text=f"ceiling of {size}×{size} images: {ceiling:.1%}",
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
    )
    figure.update_layout(
        **{
            **LAYOUT,
            "meta": {"alt": _alt(bars, digits, ceiling, size)},
            "title": {
                "text": f"Test accuracy: {digits[0]} or {digits[1]}?<br>"
                "<sup>whisker: 95 % interval, dot: one seed</sup>",
                "x": 0.02,
                "y": 0.95,
            },
            "bargap": 0.55,
            "height": 560,
            "margin": {"l": 20, "r": 20, "t": 115, "b": 60},
            "xaxis": axis("the axis starts at zero", range=[0, 1.02], tickformat=".0%", dtick=0.25),
            "yaxis": axis(visible=False, autorange="reversed"),
        }
    )
    return figure


def _add_empty_place(figure: Figure, bar: Bar) -> None:
    figure.add_bar(x=[0], y=[bar.title], orientation="h", hoverinfo="skip", name=bar.title)
    _add_name(figure, bar, f"{bar.title}: not trained yet")


def _add_name(figure: Figure, bar: Bar, text: str) -> None:
    """The model's name on top of its bar's place."""
    figure.add_annotation(x=0, y=bar.title, text=text, xanchor="left", yanchor="bottom", yshift=23, showarrow=False)


def _alt(bars: Sequence[Bar], digits: tuple[int, int], ceiling: float, size: int) -> str:
    scores = "; ".join(
        f"{bar.title} {bar.mean:.1%} with {bar.n_parameters:,} parameters"
        if bar.accuracies
        else f"{bar.title} not trained yet"
        for bar in bars
    )
    limit = f"the ceiling of {size}×{size} images is {ceiling:.1%}"
    return f"Test accuracy on {digits[0]} or {digits[1]}: {scores}; {limit}."
