"""Figures as plotly's own objects, which refuse what its schema does not know and have attributes to look at."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from plotly import graph_objects as go

from qmnist_core.plots.style import Figure, as_json

P = ParamSpec("P")


def drawn(figure: Figure) -> Any:
    """The figure as plotly reads it: it fills in nothing and drops nothing, so that the browser gets what we wrote."""
    read = go.Figure(figure)
    assert json.loads(read.to_json()) == json.loads(as_json(figure))
    return read


def drawing(plot: Callable[P, Figure]) -> Callable[P, Any]:
    """A plot function whose every figure is `drawn`."""

    @wraps(plot)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Any:
        return drawn(plot(*args, **kwargs))

    return draw
