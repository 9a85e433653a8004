"""Loss and accuracy while a model trains."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.errors import check_choice
from qmnist_core.look.palette import GROUND, INK, NEUTRAL, SMALL_SIZE
from qmnist_core.look.text import counted, percent
from qmnist_core.plots.style import LAYOUT, NOWHERE, SPIKE, Figure, Part, axis, figure, plain
from qmnist_core.training.history import EpochFigures, History

BY = ("step", "epoch")
MAX_POINTS = 300
"""Of a line; more steps than that are averaged."""
DASHES = ("dash", "dot", "dashdot", "longdash")
SYMBOLS = ("square", "diamond", "triangle-up", "x")
KEY_MARKS = {"solid": "━⬤━", "dash": "╍■╍", "dot": "┅◆┅", "dashdot": "╍▲┅", "longdash": "╍✖╍"}
"""Each dash with its symbol, in text."""
FLOORS = (40, 20, 0)
"""Where an accuracy axis may start, in percent: at the first that hides nothing."""
TOPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Where a loss axis may end; beyond, at a power of ten. Few choices, so that it seldom moves."""
HEIGHT, TOP, BOTTOM = 580, 66, 52
ACCURACY_ROWS, LOSS_ROWS = (0.46, 1.0), (0.0, 0.38)
LABEL_GAP = 23
"""Between two labels of runs, in pixels."""


@dataclass(frozen=True)
class Curve:
    """One run's figures so far, its name and its style."""

    history: History
    name: str
    model: str = "qnn"
    """A key of MODELS."""
    current: bool = True
    """Drawn in its model's colour, with its batches; other runs are grey lines, for the test images only."""
    dash: int = 0
    """Tells runs apart: which dash and which mark; of several current runs, 0 is for a solid line."""

    def at(self, by: str) -> list[int]:
        """Where each epoch's figures lie on the x axis."""
        epochs = self.history.epochs
        return [self.history.last_step(epoch) if by == "step" else epoch.epoch for epoch in epochs]

    def column(self, name: str) -> list[float]:
        """One of the figures of each epoch."""
        return [getattr(epoch, name) for epoch in self.history.epochs]


def learning_curves(
    runs: Sequence[Curve],
    by: str = "step",
    *,
    total_steps: int | None = None,
    epochs: int | None = None,
    ceiling: float | None = None,
    size: int | None = None,
) -> Figure:
    """Accuracy above loss. By step: the batches' figures, thin, and the test images' at each epoch's end,
    thick with marks. By epoch: training means, thin, and the test images'.

    total_steps, epochs: the x axis' end, so that nothing moves while training; without them, that of the data.
    ceiling: a dashed line, the best accuracy on images of `size`. Without runs, the empty axes.
    Errors: ConfigError for another `by`.
    """
    check_choice("by", by, BY)
    last = _last(runs, by, total_steps if by == "step" else epochs)
    width = math.ceil(last / MAX_POINTS) if by == "step" else 1
    traces = [{**NOWHERE, "yaxis": yaxis} for yaxis in ("y", "y2")]
    several = sum(run.current for run in runs) > 1
    for run in sorted(runs, key=lambda run: run.current):
        traces += _lines(run, by, width, several)
    floor, top = _floor(runs, by, width), _top(runs, by, width)
    steps = by == "step"
    return figure(
        traces,
        {
            "height": HEIGHT,
            "margin": {**LAYOUT["margin"], "t": TOP, "b": BOTTOM},
            "hovermode": "x unified",
            "title": {
                "text": _key(runs, by),
                "font": {"size": SMALL_SIZE + 1},
                **{"x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 10, "t": 20}},
                **{"y": 1, "yref": "container", "yanchor": "top"},
            },
            "xaxis": axis(
                "steps done (batches of images)" if steps else "epochs done (passes over the images)",
                range=[0, last * 1.02] if steps else [min(0.7, 1 - 0.02 * last), last + max(0.3, 0.02 * last)],
                anchor="y2",
                tickformat=",d",
                unifiedhovertitle={"text": f"after {by} %{{x}}"},
                **SPIKE,
                **({"dtick": 1} if last <= 10 else {"nticks": 8}),
            ),
            "yaxis": axis(
                f"accuracy, axis from {floor} %",
                domain=ACCURACY_ROWS,
                range=[floor, 102],
                ticksuffix=" %",
                dtick=20,
            ),
            "yaxis2": axis("loss, axis from 0", domain=LOSS_ROWS, range=[0, top], nticks=6),
        },
        alt=_alt(runs, ceiling),
        notes=[*([] if ceiling is None else [_ceiling_words(ceiling, size)]), *_names(runs, by, floor, last)],
        shapes=[] if ceiling is None else [_ceiling_line(ceiling)],
    )


def mean_of_bins(values: Sequence[float], width: int) -> Reals:
    """Means of `width` values each, float (⌈n / width⌉,); the last may be of fewer."""
    starts = np.arange(0, len(values), width)
    if not len(starts):
        return np.empty(0)
    means: Reals = np.add.reduceat(np.asarray(values, float), starts) / np.diff([*starts, len(values)])
    return means


def _lines(run: Curve, by: str, width: int, several: bool) -> Iterator[Part]:
    colour = MODELS[run.model].colour if run.current else NEUTRAL
    whose = f"{_shown(run.name)}, " if several else ""
    who = f"{whose}test images" if run.current else _shown(run.name)
    dash, symbol = _marks(run)
    # The box lists the nearest points, which need not be of the same step.
    when = ", step %{x:,d}" if by == "step" else ""
    x = run.at(by)
    for values, training, unit, yaxis in (
        (run.column("val_accuracy"), run.column("accuracy"), " % right", "y"),
        (run.column("val_loss"), run.column("loss"), "", "y2"),
    ):
        scale, number = (100, ".1f") if yaxis == "y" else (1, ".3f")
        quantity = "" if yaxis == "y" else "loss "
        thin: dict[str, Any] = {"mode": "lines", "line": {"color": colour, "width": 1.5, "dash": dash}}
        if run.current and by == "step":
            steps = run.history.accuracies if yaxis == "y" else run.history.losses
            batches = mean_of_bins(steps, width)
            of = "batch" if width == 1 else f"mean of {width} batches"
            yield {
                "type": "scatter",
                "x": [min(first + width, len(steps)) for first in range(0, len(steps), width)],
                "y": plain(scale * batches, 4),
                "yaxis": yaxis,
                "name": "training batches",
                "hovertemplate": f"{whose}training, {of}: {quantity}%{{y:{number}}}{unit}<extra></extra>",
                **thin,
            }
        elif run.current:
            yield {
                "type": "scatter",
                "x": x,
                "y": plain(scale * np.asarray(training), 4),
                "yaxis": yaxis,
                "name": "training batches",
                "hovertemplate": f"{whose}training batches of this epoch: "
                f"{quantity}%{{y:{number}}}{unit}<extra></extra>",
                **thin,
                "mode": "lines+markers",
                "marker": {"size": 5, "color": colour},
            }
        yield {
            "type": "scatter",
            "x": x,
            "y": plain(scale * np.asarray(values), 4),
            "yaxis": yaxis,
            "name": "test images" if run.current else run.name,
            "mode": "lines+markers",
            "line": {"color": colour, "width": 4 if run.current else 2, "dash": dash},
            "marker": {
                "symbol": symbol,
                "size": 11 if run.current else 9,
                "color": colour,
                "line": {"color": GROUND, "width": 1},
            },
            "cliponaxis": False,
            "hovertemplate": f"{who}{when}: {quantity}%{{y:{number}}}{unit}<extra></extra>",
        }


def _shown(name: str) -> str:
    """A run's name as plotly is to show it: not as HTML, nor as a place for a number."""
    return html.escape(name, quote=False).replace("%{", "&#37;{")


def _marks(run: Curve) -> tuple[str, str]:
    """Its dash and the symbol of its test images."""
    if run.current and not run.dash:
        return "solid", "circle"
    sign = (run.dash - run.current) % len(DASHES)
    return DASHES[sign], SYMBOLS[sign]


def _last(runs: Sequence[Curve], by: str, given: int | None) -> int:
    reached = [given or 1]
    for run in runs:
        reached += run.at(by)
        if by == "step" and run.current:
            reached.append(len(run.history.losses))
    return max(reached)


def _drawn(runs: Sequence[Curve], by: str, width: int, quantity: str) -> Iterable[float]:
    """All finite figures of full bins: those of a bin that still fills would move the axes up and down."""
    for run in runs:
        yield from filter(math.isfinite, run.column(f"val_{quantity}"))
        if run.current:
            of_steps = run.history.accuracies if quantity == "accuracy" else run.history.losses
            steps = of_steps if by == "step" else run.column(quantity)
            yield from filter(math.isfinite, mean_of_bins(steps[: len(steps) // width * width], width))


def _floor(runs: Sequence[Curve], by: str, width: int) -> int:
    lowest = 100 * min(_drawn(runs, by, width, "accuracy"), default=1.0)
    return next((floor for floor in FLOORS if floor <= lowest), 0)


def _top(runs: Sequence[Curve], by: str, width: int) -> float:
    highest = max(_drawn(runs, by, width, "loss"), default=1.0)
    return next((top for top in TOPS if top >= highest), 10.0 ** math.ceil(math.log10(max(highest, 1.0))))


def _key(runs: Sequence[Curve], by: str) -> str:
    """Which line is which, in two lines of text: the current run's name, and its marks."""
    current = [run for run in runs if run.current]
    if not current:
        return "<b>earlier runs</b><br>test images only" if runs else "<b>nothing trained yet</b><br> "
    thin = "training batches, mean of each epoch"
    if by == "step":  # a saved run keeps its epochs only
        thin = "training batches" if any(run.history.losses for run in current) else ""
    if len(current) > 1:
        names = (
            f"<span style='color:{MODELS[run.model].colour}'>{KEY_MARKS[_marks(run)[0]]}</span> "
            f"<b>{_shown(run.name)}</b>"
            for run in current
        )
        return f"{'   '.join(names)}<br>thick: test images{thin and f'; thin: {thin}'}"
    run = current[0]
    colour = MODELS[run.model].colour
    batches = thin and f"   <span style='color:{colour}'>──</span> {thin}"
    return f"<b>{_shown(run.name)}</b><br><span style='color:{colour}'>━⬤━</span> test images{batches}"


def _ceiling_line(ceiling: float) -> Part:
    return {
        "type": "line",
        "xref": "paper",
        **{"x0": 0, "x1": 1, "y0": 100 * ceiling, "y1": 100 * ceiling},
        "line": {"color": INK, "dash": "dash", "width": 2},
    }


def _ceiling_words(ceiling: float, size: int | None) -> Part:
    """Below the axes of accuracy, where no curve can cross them."""
    of = "" if size is None else f" of {size}×{size} images"
    return {
        "text": f"<b>╍╍</b> ceiling{of}: {percent(ceiling)}",
        **{"xref": "paper", "x": 0, "xanchor": "left"},
        **{"yref": "paper", "y": ACCURACY_ROWS[0], "yanchor": "top", "yshift": -8},
        "showarrow": False,
        "font": {"size": SMALL_SIZE},
    }


def _names(runs: Sequence[Curve], by: str, floor: int, last: int) -> Iterator[Part]:
    """Name the grey lines, one below the other under the lowest end, the best run on top."""
    ended = [run for run in runs if run.history.epochs]
    earlier = sorted((run for run in ended if not run.current), key=lambda run: -_end(run).val_accuracy)
    gap = LABEL_GAP * (102 - floor) / ((HEIGHT - TOP - BOTTOM) * (ACCURACY_ROWS[1] - ACCURACY_ROWS[0]))
    lowest = min((100 * _end(run).val_accuracy for run in ended), default=0.0)
    first = max(lowest - 2 * gap, floor + (len(earlier) - 0.3) * gap)
    for i, run in enumerate(earlier):
        x = run.at(by)[-1]
        side = -1 if x > last / 2 else 1
        yield {
            "text": _shown(run.name),
            "x": x,
            "y": 100 * _end(run).val_accuracy,
            "ax": side * (14 + 12 * (len(earlier) - 1 - i)),
            "ay": first - i * gap,
            "ayref": "y",
            "xanchor": "right" if side < 0 else "left",
            "font": {"size": SMALL_SIZE},
            "bgcolor": GROUND,
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": INK,
            "standoff": 6,
        }


def _end(run: Curve) -> EpochFigures:
    return run.history.epochs[-1]


def _alt(runs: Sequence[Curve], ceiling: float | None) -> str:
    parts = []
    for run in sorted(runs, key=lambda run: not run.current):
        if run.history.epochs:
            end = _end(run)
            parts.append(
                f"{run.name} has {percent(end.val_accuracy)} of the test images right after "
                f"{counted(end.epoch, 'epoch')}, with a loss of {end.val_loss:.3f}"
            )
        elif run.history.losses:
            parts.append(f"{run.name} has done {len(run.history.losses):,} steps of its first epoch")
    limit = "" if ceiling is None else f" The ceiling is {percent(ceiling)}."
    return f"Accuracy and loss while training: {'; '.join(parts) or 'nothing trained yet'}.{limit}"
