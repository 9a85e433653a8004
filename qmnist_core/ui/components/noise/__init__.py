"""What noise and few shots leave of a network's answers, with the noise as a line to drag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qmnist_core.data.class_names import Names
from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import SVG, acting, component


@dataclass(frozen=True)
class Level:
    """One strength of the noise."""

    infidelity: float
    label: str
    accuracy: float
    """With unlimited shots."""
    shots: float
    """The accuracy that is expected with the chosen number of shots."""
    margin: str
    """What is left of it."""
    value: float | None
    """⟨Z⟩ of the image; None where it is not known."""
    right: str
    """In how many of the cases so many shots say what the image is."""


def noise(
    levels: Sequence[Level],
    chosen: float,
    breaking: float | None,
    n_shots: int,
    clean: float,
    image: str,
    names: Names,
    truth: str | int,
    height: int,
    dragged: Callable[[float], None],
    key: str,
) -> None:
    """Test accuracy over the noise, and beside it the shots of one image.

    levels: those that are computed, rising. chosen: the infidelity of one of them. breaking: the one from which the
    answers suffer, if any. clean: ⟨Z⟩ of the image without noise. image: as an SVG. height: in pixels.
    dragged: called with the infidelity to which the line was dragged.
    """
    data = {
        **{"levels": [vars(level) for level in levels], "chosen": chosen, "breaking": breaking, "n_shots": n_shots},
        **{"clean": clean, "image": image, "names": names, "truth": truth, "height": height},
        **{"paper": theme.PAPER, "name": f"qnn-{key}"},
    }
    show = component(Path(__file__).parent, SVG, can_be_saved=True)
    show(key=key, data=data, on_dragged_change=acting(key, "dragged", lambda to: dragged(float(to))))
