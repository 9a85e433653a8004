"""The tutorial's closing figure: test accuracy of each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.style import GRID, INK, LAYOUT, MODEL_COLOURS

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Bar:
    """One model's test accuracies, 0–1, one for each seed."""

    model: str
    title: str
    n_parameters: int
    accuracies: Sequence[float]

    @property
    def mean(self) -> float:
        return sum(self.accuracies) / len(self.accuracies)


def comparison_figure(bars: Sequence[Bar], n_test: int, ceiling: float) -> Figure:
    """A bar per model with the 95 % interval of its accuracy, a dot per seed, and the ceiling of the small images."""
    from plotly import graph_objects as go

    figure = go.Figure()
    for bar in bars:
        low, high = accuracy_interval(bar.mean, n_test)
        figure.add_bar(
            x=[bar.title],
            y=[bar.mean],
            marker_color=MODEL_COLOURS[bar.model],
            error_y={"array": [high - bar.mean], "arrayminus": [bar.mean - low], "color": INK, "thickness": 2},
            name=bar.title,
            hovertemplate=f"{bar.title}: %{{y:.1%}} on {n_test:,} test images<br>"
            f"95 % interval {low:.1%} to {high:.1%}<br>{bar.n_parameters:,} parameters<extra></extra>",
        )
        figure.add_annotation(
            x=bar.title,
            y=0.03,
            text=f"<b>{bar.mean:.1%}</b><br>{bar.n_parameters:,} parameters",
            font={"color": "white"},
            yanchor="bottom",
            showarrow=False,
        )
    figure.add_scatter(
        x=[bar.title for bar in bars for _ in bar.accuracies],
        y=[accuracy for bar in bars for accuracy in bar.accuracies],
        mode="markers",
        marker={"color": "white", "size": 9, "line": {"color": INK, "width": 2}},
        name="one seed",
        hovertemplate="one seed: %{y:.2%}<extra></extra>",
    )
    figure.add_hline(
        y=ceiling,
        line={"color": INK, "dash": "dash", "width": 2},
        annotation={"text": f"ceiling for the small binary images: {ceiling:.1%}", "yanchor": "bottom"},
        annotation_position="top left",
    )
    figure.update_layout(**LAYOUT, title="Test accuracy: bars with 95 % intervals, a dot for each seed", bargap=0.25)
    figure.update_yaxes(
        title="Test accuracy (axis from zero)",
        range=[0, 1.09],
        tickformat=".0%",
        dtick=0.2,
        gridcolor=GRID,
        showgrid=True,
    )
    return figure
