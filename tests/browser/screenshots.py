"""Pictures of every page and of a class in play, light and dark: `python -m tests.browser.screenshots [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser

from qmnist_core.classroom import Store
from qmnist_core.data.mnist import load_mnist
from qmnist_core.ui.session.place import PUPIL, TEACHER
from tests.browser.scenes import NAMES, scenes
from tests.browser.server import Server, Visit, browsing, serving, visit

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
    "ten": "/ten",
    "ten-mistakes": "/ten?show-ten=mistakes",
    "draw-any": "/draw?show-source=any",
    "atlas": "/atlas",
    "atlas-best": "/atlas?show-atlas=best",
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
PHONE = {"has_touch": True, "is_mobile": True}
SIZES: dict[str, tuple[int, int, dict[str, Any]]] = {
    "wide": (1280, 720, {}),
    "present": (1920, 1080, {}),
    "phone": (390, 844, PHONE),
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        serving(Path(scratch) / "log.txt") as server,
        browsing() as browser,
    ):
        take_pages(folder, browser, server)
        with closing(Store(server.database)) as store:
            take_class(folder, browser, server, store)


def take_pages(folder: Path, browser: Browser, server: Server) -> None:
    """What is on the first screen of each."""
    for size, (width, height, options) in SIZES.items():
        for name, path in SHOTS.items():
            tab = visit(browser, server, width, height, **options)
            tab.open(f"{path}{'&' if '?' in path else '?'}show-present=1" if size == "present" else path)
            tab.page.wait_for_timeout(2500)
            _shoot(folder / f"{name}-{size}", tab)
            print(f"{name}, {size}", *tab.errors)
            tab.close()


def _shoot(file: Path, tab: Visit) -> None:
    for scheme in SCHEMES:
        tab.page.emulate_media(color_scheme=scheme)
        tab.page.wait_for_timeout(800)
        tab.page.screenshot(path=f"{file}-{scheme}.png")


def take_class(folder: Path, browser: Browser, server: Server, store: Store) -> None:
    """What is on the first screen of the wall, alone and beside the teacher's view, and of a phone, in each scene."""
    class_, key = store.make()
    members, keys = zip(*(store.enter(class_, name) for name in NAMES), strict=True)
    wall = _at(browser, server, "/class", 1280, 720, (TEACHER, f"{class_.id}.{key}"))
    present = _at(browser, server, "/class?show-present=1", 1920, 1080, (TEACHER, f"{class_.id}.{key}"))
    phone = _at(browser, server, "/join", 390, 844, (PUPIL, f"{class_.id}.{keys[0]}"), **PHONE)
    for scene, button in scenes(store, class_, list(members), load_mnist()):
        for member in members:
            store.seen(member)
        for tab in (wall, present):
            tab.page.wait_for_timeout(2500)
            tab.idle()
            if button:
                tab.button(button).click()
                tab.page.mouse.move(0, 0)
                tab.page.wait_for_timeout(9000)
        for name, tab in {"wall": wall, "present": present, "phone": phone}.items():
            _shoot(folder / f"class-{scene}-{name}", tab)
            print(f"class, {scene}, {name}", *tab.errors)
    for tab in (wall, present, phone):
        tab.close()


def _at(
    browser: Browser, server: Server, path: str, width: int, height: int, cookie: tuple[str, str], **options: Any
) -> Visit:
    """A tab of somebody whom the cookie names."""
    tab = visit(browser, server, width, height, **options)
    name, value = cookie
    tab.page.context.add_cookies([{"name": name, "value": value, "url": server.address}])
    tab.open(path)
    return tab


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
