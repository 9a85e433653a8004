"""From MNIST to what the network sees, and the best that can be learnt from it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from qmnist_core.data.class_names import Names
from qmnist_core.data.pipeline import Counts
from qmnist_core.look.palette import GROUND, NEUTRAL
from qmnist_core.plots.style import Figure, Part, axis, figure

LINE, BAR, GAP = 22, 22, 16
"""Heights of a line of text, of a bar and of the space below it, in pixels."""


@dataclass(frozen=True)
class Stage:
    """What one step of the pipeline leaves."""

    label: str
    """Follows the number of images: "are 3 or 6"."""
    n_train: int
    n_test: int = 0

    @property
    def total(self) -> int:
        return self.n_train + self.n_test

    @property
    def parts(self) -> str:
        """How many are to train and to test, where there are both."""
        return f"{self.n_train:,} to train, {self.n_test:,} to test" if self.n_train and self.n_test else ""


def stages(counts: Counts, names: Names, title: str = "MNIST") -> list[Stage]:
    """The pipeline's steps from the raw data to distinct bit patterns, in their order; those not taken are left out."""
    steps = [
        Stage(
            "handwritten digits in MNIST" if title == "MNIST" else f"images in {title}",
            counts.n_train_raw,
            counts.n_test_raw,
        ),
        Stage(f"are {names[0]} or {names[1]}", counts.n_train_filtered, counts.n_test_filtered),
    ]
    n_consistent = counts.n_unique - counts.n_contradictory
    if counts.n_kept <= n_consistent:
        steps += [
            Stage("distinct small images to train on", counts.n_unique),
            Stage(f"without {counts.n_contradictory:,} seen as {names[0]} and as {names[1]}", n_consistent),
        ]
    if counts.n_kept < n_consistent:
        steps.append(Stage("distinct, unambiguous as bits", counts.n_kept))
    return [
        *steps,
        Stage("used for training", counts.n_train),
        Stage("distinct bit patterns to train on", counts.n_train_patterns),
        Stage("distinct bit patterns to test on", 0, counts.n_test_patterns),
    ]


def funnel_figure(counts: Counts, names: Names, title: str = "MNIST") -> Figure:
    """A bar per step of the pipeline, solid for training and hatched for test images, from MNIST downward.

    Linear, because lengths invite comparison: the last bars are true slivers, and the numbers say the
    rest.
    """
    steps = stages(counts, names, title)
    labels = [f"<b>{step.total:,}</b> {step.label}" + (f"<br>{step.parts}" if step.parts else "") for step in steps]
    heights = [(2 * LINE if step.parts else LINE) + BAR + GAP for step in steps]
    bars = [bottom - GAP - BAR / 2 for bottom in accumulate(heights)]

    pattern = {"shape": "/", "fgcolor": NEUTRAL, "bgcolor": GROUND, "size": 8}
    traces: list[Part] = []
    for name, numbers, bases, marker in (
        ("train", [step.n_train for step in steps], [0] * len(steps), {}),
        ("test", [step.n_test for step in steps], [step.n_train for step in steps], {"pattern": pattern}),
    ):
        traces.append(
            {
                "type": "bar",
                "x": numbers,
                "y": bars,
                "base": bases,
                "orientation": "h",
                "width": BAR,
                "marker": {
                    "color": NEUTRAL,
                    "line": {"color": NEUTRAL, "width": [1.5 * bool(n) for n in numbers]},
                    **marker,
                },
                "name": f"to {name}",
                "customdata": [[f"{n:,} to {name}", step.label] for n, step in zip(numbers, steps, strict=True)],
                "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
            }
        )
    notes: list[Part] = []
    for label, bar in zip(labels, bars, strict=True):
        notes.append(
            {
                "text": label,
                "align": "left",
                "bgcolor": GROUND,
                "x": 0,
                "y": bar - BAR / 2,
                "xanchor": "left",
                "yanchor": "bottom",
                "xshift": -3,
                "showarrow": False,
            }
        )
    sentences = [f"{step.total:,} {step.label}" + (f" ({step.parts})" if step.parts else "") for step in steps]
    return figure(
        traces,
        {
            "height": sum(heights) + 80,
            "barmode": "overlay",
            "xaxis": axis(
                "images, axis from 0 (hatched: to test)",
                range=[0, 1.02 * steps[0].total],
                nticks=5,
                tickformat=",d",
            ),
            "yaxis": axis(visible=False, range=[sum(heights), 0]),
        },
        alt=f"From {title} to the network: {'; '.join(sentences)}.",
        notes=notes,
    )
