"""Ten digits: which one is taken for which."""

from __future__ import annotations

from qmnist_core.arrays import Numbers
from qmnist_core.catalogue import MODELS
from qmnist_core.data.ten import N_DIGITS
from qmnist_core.look.palette import GRID, GROUND, INK, PALE, SMALL_SIZE
from qmnist_core.look.text import counted
from qmnist_core.plots.style import Figure, axis, figure

COLOUR = MODELS["qnn"].colour


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
                "text": f"<b>{counts[true, said]}</b>" if true == said else str(counts[true, said]),
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
