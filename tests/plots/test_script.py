"""The script that draws the charts, kept in the package so that no page asks another computer for it."""

from __future__ import annotations

import re
from pathlib import Path

from plotly.offline import get_plotlyjs

from qmnist_core.plots.style import SCRIPT

PACKAGE = Path(__file__).parents[1] / "web" / "node_modules" / "plotly.js-cartesian-dist-min"


def test_it_is_the_one_that_npm_has() -> None:
    assert SCRIPT.read_bytes() == (PACKAGE / SCRIPT.name).read_bytes()


def test_it_is_of_the_version_that_plotly_for_python_writes_figures_for() -> None:
    version = re.compile(r"plotly\.js (?:\(cartesian - minified\) )?v(\S+)")
    found = [version.search(script[:2000]) for script in (SCRIPT.read_text(encoding="utf-8"), get_plotlyjs())]
    assert all(found)
    assert len({match[1] for match in found if match}) == 1
