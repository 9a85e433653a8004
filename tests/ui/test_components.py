from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.errors import InputError
from qmnist_core.ui.components import pad, tiles
from qmnist_core.ui.components.pad import MOST_SENT, PAD_PIXELS, unpack_pixels


def packed(levels: Array) -> str:
    """What the pad sends of an image: uint8 (280, 280)."""
    flat = levels.ravel()
    starts = np.flatnonzero(np.append(True, flat[1:] != flat[:-1]))
    lengths = np.diff(np.append(starts, flat.size))
    return " ".join(
        f"{flat[start]:x}:{np.base_repr(length, 36).lower()}" for start, length in zip(starts, lengths, strict=True)
    )


def test_pixels_come_back_as_they_were() -> None:
    levels = np.random.default_rng(0).integers(0, 256, (PAD_PIXELS, PAD_PIXELS), dtype=np.uint8)
    levels[100:200] = 0
    found = unpack_pixels(packed(levels))
    assert (found.shape, found.dtype) == ((PAD_PIXELS, PAD_PIXELS), np.dtype(np.float64))
    np.testing.assert_array_equal(np.rint(found * 255), levels)


def test_runs_by_hand() -> None:
    """33 is "x" in base 36, 78,400 is "1ohs": five black, 33 white, the rest half gray."""
    found = unpack_pixels("0:5 ff:x 80:1ogq")
    assert found[0, :5].tolist() == [0.0] * 5
    assert found[0, 5:38].tolist() == [1.0] * 33
    assert (found.ravel()[38:] == 128 / 255).all()
    assert not unpack_pixels("0:1ohs").any()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0:5",
        "0:1oht",
        "0:zzzzzzzzzzzz",
        "100:1ohs",
        "-1:1ohs",
        "0:1oht 0:-1",
        "0:0 0:1ohs",
        "0:1ohs:1",
        "0 1ohs",
        "ink",
        None,
        7,
    ],
)
def test_what_is_no_whole_image_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="the drawing arrived incomplete: draw one more stroke"):
        unpack_pixels(text)


Telling = Callable[[ModuleType, Callable[[], None], Any], None]


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Telling:
    """Show a component, and have its browser tell something."""

    def tells(module: ModuleType, show: Callable[[], None], told: Any) -> None:
        hears: list[Callable[[], None]] = []

        def made(*_: Any, **given: Any) -> None:
            name = next(name for name in given if name.startswith("on_"))
            sent = {name.removeprefix("on_").removesuffix("_change"): told}
            monkeypatch.setattr("streamlit.session_state", {given["key"]: sent})
            hears.append(given[name])

        monkeypatch.setattr(module, "component", lambda *_: made)
        show()
        hears[0]()

    return tells


FORGED = [None, "", 7, [], ["pixels", "strokes"], {}, {"id": 1}, {"act": "hide"}]


@pytest.mark.parametrize(
    "told",
    [
        *FORGED,
        {"pixels": "0:1ohs"},
        {"strokes": "[]"},
        {"pixels": None, "strokes": "[]"},
        {"pixels": "0:1ohs", "strokes": []},
        {"pixels": "0:1ohs", "strokes": " " * (MOST_SENT["strokes"] + 1)},
        {"pixels": " " * (MOST_SENT["pixels"] + 1), "strokes": "[]"},
    ],
)
def test_a_pad_takes_nothing_but_drawings(tell: Telling, told: Any) -> None:
    drawn: list[dict[str, str]] = []

    def show() -> None:
        pad.drawing_pad("pad", None, None, "Draw", drawn.append)

    tell(pad, show, told)
    assert drawn == []
    whole = {"pixels": "0:1ohs", "strokes": "[]"}
    tell(pad, show, whole)
    assert drawn == [whole]


def test_the_largest_image_is_taken() -> None:
    assert len(packed(np.tile(np.array([254, 255], np.uint8), PAD_PIXELS**2 // 2))) <= MOST_SENT["pixels"]


@pytest.mark.parametrize(
    "told",
    [
        *FORGED,
        {"id": "x", "act": "hide"},
        {"id": [1], "act": "hide"},
        {"id": 2, "act": "hide"},
        {"id": 1, "act": "keep"},
    ],
)
def test_tiles_take_nothing_but_what_can_be_done(tell: Telling, told: Any) -> None:
    done: list[tuple[int, str]] = []

    def show() -> None:
        tiles.tiles("", [tiles.Tile(1, "", 0, 0)], ("3", "6"), 100, "tiles", acted=lambda *act: done.append(act))

    tell(tiles, show, told)
    assert done == []
    tell(tiles, show, {"id": 1, "act": "hide"})
    assert done == [(1, "hide")]
