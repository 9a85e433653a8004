"""Pictures of every page, light and dark, wide and narrow: `python -m tests.browser.screenshots [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.browser.server import browsing, serving, visit

SHOTS = {
    "home": "/",
    "data": "/data",
    "circuit": "/circuit",
    "train": "/train?show-step=400",
    "compare": "/compare",
    "draw": "/draw?show-source=test",
    "computes": "/computes",
    "computes-map": "/computes?show-computes=map",
    "computes-cosine": "/computes?show-computes=cosine",
    "computes-all": "/computes?show-computes=all",
    "computes-logistic": "/computes?show-computes=logistic",
    "computes-four-layers": "/computes?layers=XX-ZZ-XX-ZZ",
    "plateau": "/plateau",
    "resolution": "/resolution",
    "noise": "/noise",
    "lessons": "/lessons",
    "class": "/class",
    "join": "/join",
    "lesson-step": "/data?threshold=0.9&show-lesson=1-from-image-to-circuit&show-part=3",
    "locked": "/train?show-only=size-seed",
    "home-785": "/?size=28&init=small",
    "data-collisions-785": "/data?size=28",
    "circuit-785": "/circuit?size=28&init=small",
    "circuit-four-layers": "/circuit?layers=XX-ZZ-XX-ZZ",
    "draw-empty": "/draw",
    "bad-address": "/?size=99&seed=x&show-example=1968",
}
WIDTHS = {"wide": 1280, "narrow": 390}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "log.txt") as server, browsing() as browser:
        for scheme in ("light", "dark"):
            for width_name, width in WIDTHS.items():
                for name, path in SHOTS.items():
                    tab = visit(browser, server, width, 800, color_scheme=scheme)
                    tab.open(path)
                    tab.page.wait_for_timeout(2000)
                    height = tab.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                    tab.page.set_viewport_size({"width": width, "height": max(800, min(height + 20, 8000))})
                    tab.page.wait_for_timeout(700)
                    tab.page.screenshot(path=folder / f"{name}-{width_name}-{scheme}.png")
                    tab.page.context.close()
                    print(f"{name}, {width_name}, {scheme}", *tab.errors)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
