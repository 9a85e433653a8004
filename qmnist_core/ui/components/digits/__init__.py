"""An image, and what a network of ten digits gives each of them for it, ten bars that follow the cursor."""

from __future__ import annotations

import base64
from pathlib import Path

from qmnist_core.arrays import Array, Gray
from qmnist_core.ui.components.assets import component


def digits(run: str, what: str, image: Gray, answers: Array, factor: float, key: str) -> None:
    """run: the reel's name. what: names the image. image: uint8 (28, 28).

    answers: the mean ⟨Z⟩ of each digit's circuits in each of the reel's frames, as `reel.whole` writes it: int16
    (T, 10). factor: what makes a score of it.
    """
    data = {
        **{"run": run, "what": what, "factor": factor},
        **{
            "image": base64.b64encode(image.tobytes()).decode(),
            "answers": base64.b64encode(answers.tobytes()).decode(),
        },
    }
    component(Path(__file__).parent)(key=key, data=data)
