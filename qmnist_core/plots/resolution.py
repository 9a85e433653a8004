"""Accuracy, time and memory against the size of the image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qmnist_core.plots.style import GROUND, INK, MODEL_COLOURS, NEUTRAL, SMALL_SIZE, axis, lay_out, plain
from qmnist_core.words import duration, percent

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

READ = {"bits": "bits", "angle": "gray values"}
"""What the circuit reads, by encoding."""
RESIZED = {"sample": "sampled", "area": "averaged"}
DASHES = {"bits": "solid", "angle": "dot"}
SYMBOLS = {"sample": "circle", "area": "square"}
COLOUR = MODEL_COLOURS["qnn"]
FLOORS = (45, 40, 20, 0)
"""Where the accuracy axis may start, in percent: at the first that hides nothing."""
CROWDED = 1.38
"""Two sizes whose ratio is less have no room for both their names."""
HEIGHT = 430


@dataclass(frozen=True)
class Line:
    """One encoding and one way to resize: by size, rising, each seed's figures."""

    encoding: str
    resize: str
    accuracies: dict[int, Sequence[float]]
    """On the test images, 0–1."""
    seconds: dict[int, Sequence[float]]
    """Of training."""
    ceilings: dict[int, float]
    """The best that any classifier of the bits can do, 0–1."""

    @property
    def title(self) -> str:
        return f"{READ[self.encoding].capitalize()}, {RESIZED[self.resize]}"

    @property
    def sizes(self) -> list[int]:
        return list(self.accuracies)

    def mean_accuracy(self, size: int) -> float:
        return sum(self.accuracies[size]) / len(self.accuracies[size])

    def fastest(self, size: int) -> float:
        """The shortest training time: in the others the computer was busy with something else as well."""
        return min(self.seconds[size])


def accuracy_by_size(lines: Sequence[Line], sizes: Sequence[int]) -> Figure:
    """A line through the means and a mark for each seed; dashed, the ceilings of the bits, one a way to resize.

    sizes: all that will be there, so that nothing moves while they come in.
    """
    figure = _figure()
    values = [value for line in lines for of_seeds in line.accuracies.values() for value in of_seeds]
    lowest = 100 * min([*values, *(c for line in lines for c in line.ceilings.values())], default=1.0)
    floor = next(floor for floor in FLOORS if floor <= lowest)
    dashed = {"color": INK, "dash": "dash", "width": 2}
    resizes = [resize for resize in RESIZED if any(line.resize == resize for line in lines)]
    for resize in resizes or ["sample"]:
        ceilings = {size: c for line in lines if line.resize == resize for size, c in line.ceilings.items()}
        shown = sorted(ceilings)
        figure.add_scatter(
            x=[None, *shown],
            y=[None, *plain(100 * ceilings[size] for size in shown)],
            mode="lines+markers",
            line=dashed,
            marker={
                "symbol": SYMBOLS[resize],
                "size": 8,
                "color": GROUND if resize == "area" else INK,
                "line": {"color": INK, "width": 2},
            },
            name=f"ceiling, {RESIZED[resize]}" if len(resizes) > 1 else "ceiling of the bits",
            cliponaxis=False,
            hovertemplate=f"%{{x}}×%{{x}}, {RESIZED[resize]}: no classifier of the bits<br>"
            "can pass %{y:.1f} %<extra></extra>",
        )
    for line in lines:
        shares = {size: [100 * share for share in of] for size, of in line.accuracies.items()}
        _add(figure, line, shares, {size: sum(of) / len(of) for size, of in shares.items()}, "%{y:.1f} %")
    last = "; ".join(
        f"{line.title} {percent(line.mean_accuracy(line.sizes[0]))} at {line.sizes[0]}×{line.sizes[0]}, "
        f"{percent(line.mean_accuracy(line.sizes[-1]))} at {line.sizes[-1]}×{line.sizes[-1]}"
        for line in lines
        if line.sizes
    )
    lay_out(
        figure,
        {
            **_layout(sizes),
            "meta": {"alt": f"Test accuracy by image size: {last or 'nothing measured yet'}."},
            "yaxis": axis(
                f"test accuracy, axis from {floor} %",
                range=[floor, 102],
                ticksuffix=" %",
                dtick=10,
            ),
        },
    )
    return figure


def seconds_by_size(lines: Sequence[Line], sizes: Sequence[int]) -> Figure:
    """A line through the fastest seeds and a mark for each seed; each step up is ten times as long."""
    figure = _figure()
    values = [value for line in lines for of_seeds in line.seconds.values() for value in of_seeds]
    low = math.floor(math.log10(min([*values, 0.02])))
    high = max(math.ceil(math.log10(max([*values, 0.02]))), low + 2)
    for line in lines:
        _add(figure, line, line.seconds, {size: line.fastest(size) for size in line.sizes}, "%{y:.3g} s")
    last = "; ".join(
        f"{line.title} {duration(line.fastest(line.sizes[0]))} at {line.sizes[0]}×{line.sizes[0]}, "
        f"{duration(line.fastest(line.sizes[-1]))} at {line.sizes[-1]}×{line.sizes[-1]}"
        for line in lines
        if line.sizes
    )
    powers = range(low, high + 1)
    lay_out(
        figure,
        {
            **_layout(sizes, qubits=False),
            "meta": {"alt": f"Training time by image size: {last or 'nothing measured yet'}."},
            "yaxis": axis(
                "training time, ×10 a line",
                type="log",
                range=[low, high],
                tickvals=[10.0**power for power in powers],
                ticktext=[f"{10**power:,} s" if power >= 0 else duration(10.0**power) for power in powers],
            ),
        },
    )
    return figure


def memory_by_size(state_vector: Mapping[int, float], engine: Mapping[int, float], atoms: float) -> Figure:
    """What a state vector would need beside what the exact engine needs.

    state_vector, engine: log₁₀ of bytes by size, rising. atoms: log₁₀ of a number to compare with.
    """
    from plotly import graph_objects as go

    sizes, last = list(state_vector), max(state_vector)
    top = 50 * math.ceil((state_vector[last] + 5) / 50)
    figure = go.Figure()
    figure.add_hline(y=atoms, line={"color": INK, "dash": "dot", "width": 2})
    for values, colour, name in (
        (state_vector, NEUTRAL, "a state vector would take"),
        (engine, COLOUR, "the exact engine takes, for one training step,"),
    ):
        figure.add_scatter(
            x=sizes,
            y=plain((values[size] for size in sizes), 2),
            mode="lines+markers",
            line={"color": colour, "width": 4},
            marker={"color": colour, "size": 8},
            cliponaxis=False,
            name=name,
            customdata=[[size**2 + 1] for size in sizes],
            hovertemplate=f"%{{x}}×%{{x}}, %{{customdata[0]}} qubits: {name}<br>10<sup>%{{y:.1f}}</sup> bytes"
            "<extra></extra>",
        )
    names: dict[str, Any] = {"showarrow": False, "xanchor": "left"}
    figure.add_annotation(
        text="<b>state vector</b>",
        x=math.log10(last),
        y=state_vector[last],
        **{**names, "xanchor": "right"},
        xshift=-14,
    )
    left = math.log10(min(sizes))
    figure.add_annotation(text="atoms in the universe", x=left, y=atoms, yanchor="bottom", yshift=2, **names)
    figure.add_annotation(
        text="<b>exact engine</b>", x=left, y=max(engine.values()), yanchor="bottom", yshift=8, **names
    )
    ticks = list(range(0, top + 1, 50))
    lay_out(
        figure,
        {
            **_layout(sizes),
            "meta": {
                "alt": f"Memory by image size: at {last}×{last} a state vector would take 10 to the power of "
                f"{state_vector[last]:.1f} bytes, the exact engine takes 10 to the power of {engine[last]:.1f}; "
                f"the universe has about 10 to the power of {atoms:.0f} atoms."
            },
            "showlegend": False,
            "yaxis": axis(
                "bytes, each line 10<sup>50</sup> times the last",
                range=[0, top],
                tickvals=ticks,
                ticktext=["1", *(f"10<sup>{power}</sup>" for power in ticks[1:])],
            ),
        },
    )
    return figure


def _figure() -> Figure:
    """With a point nowhere, for without one there would be no axes."""
    from plotly import graph_objects as go

    figure = go.Figure()
    figure.add_scatter(x=[None], y=[None], hoverinfo="skip", showlegend=False)
    return figure


def _add(
    figure: Figure, line: Line, values: Mapping[int, Sequence[float]], through: Mapping[int, float], words: str
) -> None:
    """A mark for each seed's value, and a line."""
    sizes, area = list(values), line.resize == "area"
    marker = {
        "symbol": SYMBOLS[line.resize],
        "size": 9,
        "color": GROUND if area else COLOUR,
        "line": {"color": COLOUR if area else GROUND, "width": 2 if area else 1},
    }
    stroke = {"color": COLOUR, "width": 3, "dash": DASHES[line.encoding]}
    figure.add_scatter(x=[None], y=[None], mode="lines+markers", line=stroke, marker=marker, name=line.title)
    figure.add_scatter(
        x=sizes,
        y=plain((through[size] for size in sizes), 5),
        mode="lines",
        line=stroke,
        name=f"{line.title}: line",
        showlegend=False,
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[size for size in sizes for _ in values[size]],
        y=plain((value for size in sizes for value in values[size]), 5),
        mode="markers",
        marker=marker,
        showlegend=False,
        name=line.title,
        cliponaxis=False,
        hovertemplate=f"{line.title}, %{{x}}×%{{x}}:<br>one seed, {words}<extra></extra>",
    )


def _layout(sizes: Sequence[int], qubits: bool = True) -> dict[str, Any]:
    named = _with_room(sorted(sizes))
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    margin = 0.04 * max(high - low, 0.5)
    return {
        "height": HEIGHT,
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "font": {"size": SMALL_SIZE},
            **{"x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "itemclick": False,
            "itemdoubleclick": False,
            "bgcolor": GROUND,
        },
        "xaxis": axis(
            "pixels along each side" + "; below: qubits" * qubits,
            type="log",
            range=[low - margin, high + margin],
            tickangle=0,
            tickvals=named,
            ticktext=[f"{size}" + f"<br><i>{size**2 + 1}</i>" * qubits for size in named],
        ),
    }


def _with_room(sizes: Sequence[int]) -> list[int]:
    """The sizes that are named: the largest and the smallest, and between them those with room for it."""
    named = [sizes[-1]]
    for size in reversed(sizes[:-1]):
        if named[-1] / size >= CROWDED:
            named.append(size)
    return named[::-1]
