"""Ten digits: accuracy while the circuits learn, which digit is taken for which, and the reading of one image."""

from __future__ import annotations

from collections.abc import Sequence

from qmnist_core.arrays import Numbers, Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.data.ten import N_DIGITS
from qmnist_core.look.palette import FONT_SIZE, GRID, GROUND, INK, NEUTRAL, PALE, SMALL_SIZE
from qmnist_core.look.text import counted, percent
from qmnist_core.plots.style import NOWHERE, Figure, axis, figure, plain
from qmnist_core.studies.ten import Look

COLOUR = MODELS["qnn"].colour
FLOOR = 80
"""Where the axis of accuracy starts, in percent."""


def curve_figure(looks: Sequence[Look], total: int, softmax: float | None, height: int) -> Figure:
    """Accuracy on the held-out images over the steps of training. total: all steps. softmax: that of softmax
    regression, a dashed line, once it is known."""
    now = f"{percent(looks[-1].accuracy)} after step {looks[-1].step:,} of {total:,}" if looks else "nothing yet"
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [look.step for look in looks],
        "y": plain([100 * look.accuracy for look in looks], 2),
        "line": {"color": COLOUR, "width": 3},
        "marker": {"size": 7},
        "hovertemplate": "after step %{x:,}: <b>%{y:.1f} %</b> of the held-out images<extra></extra>",
    }
    dashed = {"type": "line", "x0": 0, "x1": total, "line": {"color": NEUTRAL, "width": 2, "dash": "dash"}}
    note = {"x": total, "xanchor": "right", "yanchor": "top", "showarrow": False, "font": {"size": SMALL_SIZE}}
    at = None if softmax is None else 100 * softmax
    return figure(
        [line, NOWHERE],
        {
            "height": height,
            "xaxis": axis("steps done", range=[0, 1.02 * total], tickformat=",d", nticks=5),
            "yaxis": axis(f"held-out images right, axis from {FLOOR} %", range=[FLOOR, 100], ticksuffix=" %", dtick=5),
        },
        alt=f"Accuracy on held-out images: {now}."
        + ("" if softmax is None else f" Softmax regression: {percent(softmax)}."),
        notes=[] if at is None else [{**note, "y": at, "text": f"softmax regression {at:.1f} %"}],
        shapes=[] if at is None else [{**dashed, "y0": at, "y1": at}],
    )


def bars_figure(shares: Reals | None, height: int) -> Figure:
    """The chance that the softmax gives each digit, ten bars from 0 to 1; none before there is a network. shares:
    float (10,)."""
    values = [0.0] * N_DIGITS if shares is None else [float(share) for share in shares]
    best = max(range(N_DIGITS), key=values.__getitem__)
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": plain(values),
        "y": list(range(N_DIGITS)),
        "marker": {"color": [COLOUR if digit == best else NEUTRAL for digit in range(N_DIGITS)]},
        "text": ["" if shares is None or share < 0.005 else f"{100 * share:.0f} %" for share in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: <b>%{x:.1%}</b><extra></extra>",
    }
    alt = ", ".join(f"{digit} {percent(share)}" for digit, share in enumerate(values) if share >= 0.005)
    return figure(
        [bars],
        {
            "height": height,
            "bargap": 0.25,
            "xaxis": axis("share of the softmax", range=[0, 1.25], tickvals=[0, 0.5, 1], tickformat=".0%"),
            "yaxis": axis(
                range=[N_DIGITS - 0.5, -0.5], tickvals=list(range(N_DIGITS)), tickfont={"size": FONT_SIZE + 2}
            ),
        },
        alt=f"What the softmax gives each digit: {alt}." if shares is not None else "Nothing is read yet.",
    )


def mistakes_figure(counts: Numbers, chosen: tuple[int, int], height: int) -> Figure:
    """Ten by ten cells, how often each digit was taken for each; the darker, the larger a digit's share.

    counts: int (10, 10), rows the true digit, columns the digit said. chosen: the cell that has a frame.
    """
    digits = list(range(N_DIGITS))
    wrong = [[0.0 if true == said else float(counts[true, said]) for said in digits] for true in digits]
    words = [
        [f"{counted(int(counts[true, said]), 'image')} of {true} called {said}" for said in digits] for true in digits
    ]
    n = int(counts.sum())
    worst = max(((true, said) for true in digits for said in digits), key=lambda cell: wrong[cell[0]][cell[1]])
    return figure(
        [
            {
                "type": "heatmap",
                "x": digits,
                "y": digits,
                "z": wrong,
                "opacity": PALE,
                "colorscale": [[0, GROUND], [1, COLOUR]],
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "text": words,
                "hovertemplate": "%{text}<extra></extra>",
            }
        ],
        {
            "height": height,
            "plot_bgcolor": GRID,
            "xaxis": axis("the circuits say", range=[-0.5, 9.5], tickvals=digits, showgrid=False),
            "yaxis": axis("the image is a", range=[9.5, -0.5], tickvals=digits, showgrid=False),
        },
        alt=f"{counted(n - sum(int(counts[digit, digit]) for digit in digits), 'image')} of {n:,} are misread, most "
        f"often a {worst[0]} as a {worst[1]}: {int(counts[worst])} times.",
        notes=[
            {
                "x": said,
                "y": true,
                "text": f"<b>{counts[true, said]:,}</b>" if true == said else f"{counts[true, said]:,}",
                "showarrow": False,
                "font": {"size": SMALL_SIZE},
                "captureevents": False,
            }
            for true in digits
            for said in digits
            if counts[true, said]
        ],
        shapes=[
            {
                **{"type": "rect", "x0": chosen[1] - 0.5, "x1": chosen[1] + 0.5},
                **{"y0": chosen[0] - 0.5, "y1": chosen[0] + 0.5, "line": {"color": INK, "width": 3}},
            }
        ],
    )
