"""A kind of noise, a model and a setting that the product does not have, each declared in its own place and no other.

A plugin of pytest, loaded before anything reads the tables:
`pytest -p tests.made_up tests/ui/made_up_everywhere.py`.
"""

from __future__ import annotations

import math
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

import qmnist_core
from qmnist_core.catalogue import MODELS, Model
from qmnist_core.channels import CHANNELS, Channel

SETTING = """\
    patience: int = setting(
        5,
        Whole(1, 9),
        "Patience",
        "How many epochs without progress one waits.",
        group="Training",
    )
"""


def _flips(p: float) -> Any:
    one = np.diag([1, 1, 1 - 2 * p, 1 - 2 * p])
    return np.kron(one, one)


CHANNELS["flips"] = Channel(
    title="bit flips",
    symbol="p",
    words="on each of its two qubits, an X with probability {p}",
    relation="r = 0.8 (1 − (1 − p)²)",
    transfer=_flips,
    parameter=lambda fidelity: 1 - math.sqrt(fidelity),
)
MODELS["centroid"] = Model(
    title="Nearest centroid",
    short="centroid",
    name="the nearest centroid",
    hint="made up",
    colour="#2e7d32",
    epochs=2,
    batch_size=64,
    build="qmnist_core.models.logistic:Logistic",
    software="NumPy",
    in_tutorial=False,
)


def _config_with_one_more_setting() -> None:
    path = Path(qmnist_core.__file__).parent / "config.py"
    source = path.read_text(encoding="utf-8")
    before = "    seed: int = setting(\n"
    assert source.count(before) == 1
    assert "qmnist_core.config" not in sys.modules
    spec = spec_from_file_location("qmnist_core.config", path)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules["qmnist_core.config"] = module
    exec(compile(source.replace(before, SETTING + before), path, "exec"), module.__dict__)
    qmnist_core.config = module  # type: ignore[attr-defined]


_config_with_one_more_setting()
