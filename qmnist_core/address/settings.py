"""The dashboard's settings as one table: their names in a page's address, how they are written and read there.

An address holds only what differs from the tutorial, so that it stays short: `?size=28&init=small`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from qmnist_core import catalogue
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.errors import ConfigError, check_choice

MAX_LAYERS = 6
"""Most layers on the dashboard: six train in about a second."""
MAX_EPOCHS = 100
STUCK = ".,;:!?)]}>\"'”’»› \u00a0"
"""What may end up at the end of an address that was copied out of a letter, and is no part of it."""
BACKENDS = tuple(name for name, backend in catalogue.BACKENDS.items() if backend.on_dashboard)
"""What the dashboard trains on; Cirq's slow state vector is for checking."""


@dataclass(frozen=True)
class Setting:
    """One setting: where it lives in an `Experiment`, and its form in an address."""

    path: str
    """Attribute of an Experiment, such as "epochs" or "data.size"."""
    title: str
    help: str
    """One line in plain words: what changes when it is moved."""
    read: Callable[[str], Any]
    """From the address; raises ValueError for what cannot be read."""
    write: Callable[[Any], str] = str

    def get(self, experiment: Experiment) -> Any:
        value: Any = experiment
        for name in self.path.split("."):
            value = getattr(value, name)
        return value

    def put(self, experiment: Experiment, value: Any) -> Experiment:
        """The experiment with this setting changed. Errors: ConfigError for a value that it cannot have."""
        part, _, name = self.path.rpartition(".")
        if not part:
            return dataclasses.replace(experiment, **{name: value})
        changed = dataclasses.replace(getattr(experiment, part), **{name: value})
        return dataclasses.replace(experiment, **{part: changed})

    def take(self, experiment: Experiment, text: str) -> Experiment:
        """The experiment with this setting as an address has it. Errors: ConfigError."""
        try:
            if not text.isascii():  # Python reads the digits of all scripts
                raise ValueError
            return self.put(experiment, self.read(text))
        except ConfigError:
            raise
        except ValueError:
            raise ConfigError(f"{self.title} cannot be read from it") from None


def _read_digits(text: str) -> tuple[int, ...]:
    return tuple(int(digit) for digit in text.split("-"))


def _read_examples(text: str) -> int | None:
    return None if text == "all" else int(text)


def _read_layers(text: str) -> tuple[str, ...]:
    layers = tuple(text.split("-"))
    if len(layers) > MAX_LAYERS:
        raise ConfigError(f"layers can be {MAX_LAYERS} at most on the dashboard, got {len(layers)}")
    return layers


def _read_epochs(text: str) -> int:
    if int(text) > MAX_EPOCHS:
        raise ConfigError(f"epochs can be {MAX_EPOCHS} at most on the dashboard, got {int(text):,}")
    return int(text)


def _read_backend(text: str) -> str:
    check_choice("backend", text, BACKENDS)
    return text


SETTINGS: dict[str, Setting] = {
    "digits": Setting(
        "data.digits",
        "Digits",
        "The two digits to tell apart: the first is blue and +1, the second orange and −1.",
        _read_digits,
        lambda digits: "-".join(map(str, digits)),
    ),
    "size": Setting(
        "data.size",
        "Image size",
        "Pixels along each side of the small image. Each pixel is one qubit, so more pixels show more of the digit.",
        int,
    ),
    "resize": Setting(
        "data.resize",
        "Resizing",
        "sample picks single original pixels, as the tutorial does; area takes the mean of each cell.",
        str,
    ),
    "threshold": Setting(
        "data.threshold",
        "Threshold",
        "A pixel is lit when its gray value is above this. Higher: fewer lit pixels.",
        float,
    ),
    "contradictions": Setting(
        "data.contradictions",
        "Contradictory images",
        "Small training images seen with both labels: removed before the threshold (tutorial), also after it, or kept.",
        str,
    ),
    "examples": Setting(
        "data.n_examples",
        "Training examples",
        "How many training images are used, the first ones first. Fewer: faster, and less is learnt.",
        _read_examples,
        lambda n: "all" if n is None else str(n),
    ),
    "layers": Setting(
        "circuit.layers",
        "Layers",
        "Each layer joins every pixel's qubit and the readout. First letter: the pixel's Pauli, second: the readout's.",
        _read_layers,
        "-".join,
    ),
    "init": Setting(
        "init",
        "Initial angles",
        "uniform draws them anywhere, as TensorFlow Quantum does; small starts near zero, which large images need.",
        str,
    ),
    "epochs": Setting("epochs", "Epochs", "How often the training goes through all examples.", _read_epochs),
    "batch": Setting(
        "batch_size",
        "Batch size",
        "Examples per training step. Larger: fewer and smoother steps an epoch.",
        int,
    ),
    "rate": Setting(
        "learning_rate",
        "Learning rate",
        "How far each step moves the exponents. Higher: faster at first, then unstable.",
        float,
    ),
    "seed": Setting(
        "seed",
        "Seed",
        "Fixes the first exponents and the order of examples: the same seed gives the same run.",
        int,
    ),
    "backend": Setting(
        "backend",
        "Backend",
        "exact computes ⟨Z⟩ by this circuit's own formula; tfq simulates the state vector with TensorFlow Quantum.",
        _read_backend,
    ),
}


@dataclass(frozen=True)
class Preset:
    """A named choice of all settings."""

    title: str
    help: str
    experiment: Experiment


PRESETS = (
    Preset("Tutorial", "All settings as in the tutorial.", Experiment()),
    # As many steps as bring the mean training loss of ten seeds below the tutorial's: 160, at ten times its rate.
    Preset(
        "Quick look",
        "The first 500 training images ten times, at ten times the tutorial's rate: 160 steps instead of 972.",
        Experiment(data=DataConfig(n_examples=500), epochs=10, learning_rate=0.01),
    ),
    Preset(
        "Full resolution",
        "The whole 28×28 image: 785 qubits, small initial angles.",
        Experiment(data=DataConfig(size=28), init="small"),
    ),
    Preset(
        "Four layers",
        "XX and ZZ twice: 64 parameters.",
        Experiment(circuit=CircuitConfig(layers=("XX", "ZZ", "XX", "ZZ"))),
    ),
)


_ENTITY = re.compile(r"(amp;)+")
_NOT_OURS = re.compile(
    r"utm_\w+|hsa_\w+|pk_\w+|mtm_\w+|mc_[ce]id|_hs(enc|mi)|_gl|_ga|\w*cl(k|ick)?id|[gw]braid|gad_\w+|srsltid|trk\w*|spm|epik|s_kwcid|_openstat|ocid|cmpid|xtor|s|t|igshid|igsh|mkt_tok|li_fat_id|"
    r"ref|ref_src|si|usp|(quot|apos|gt|lt|nbsp);?|",
    re.ASCII | re.IGNORECASE,
)
"""What other sites put at the end of every link, to see who follows it, and what is left of quotation marks there."""


def shortened(text: str, n: int = 60) -> str:
    """What an address says, or what is said of it, as far as a sentence can take it."""
    return text if len(text) <= n else f"{text[: n - 1]}…"


def read_address(address: Mapping[str, str]) -> dict[str, str]:
    """What an address says, without what letters and other sites add to it: `&amp;` for &, a full stop or a bracket at
    its end, and names such as `utm_source` or `fbclid`."""
    found = {_ENTITY.sub("", name, count=1).rstrip(STUCK): value.rstrip(STUCK) for name, value in address.items()}
    return {name: value for name, value in found.items() if not _NOT_OURS.fullmatch(name)}


def to_address(experiment: Experiment) -> dict[str, str]:
    """What an address says of an experiment: the settings that differ from the tutorial's."""
    return dict(_to_address(experiment))


@lru_cache(maxsize=256)  # every link of a page bears it
def _to_address(experiment: Experiment) -> dict[str, str]:
    return {
        name: setting.write(setting.get(experiment))
        for name, setting in SETTINGS.items()
        if setting.get(experiment) != setting.get(PRESETS[0].experiment)
    }


def check_shown(experiment: Experiment) -> None:
    """Errors: ConfigError for settings that the dashboard's addresses do not have, such as too many layers."""
    for setting in SETTINGS.values():
        setting.take(experiment, setting.write(setting.get(experiment)))


def from_address(address: Mapping[str, str], file: str | None = None) -> tuple[Experiment, list[str]]:
    """The experiment that an address asks for, and a sentence for each of its settings that cannot be used.

    Such a setting keeps its default. Names that are no settings are left to others.
    file: the data file, which no address can choose.
    """
    experiment, problems = Experiment(data=DataConfig(file=file)), []
    for name, setting in SETTINGS.items():
        if name not in address:
            continue
        try:
            experiment = setting.take(experiment, address[name])
        except ConfigError as error:
            default = setting.write(setting.get(experiment))
            said = f"{name}={shortened(address[name])}"
            problems.append(f"The address says {said}: {shortened(str(error), 200)}. The default {default} is used.")
    return experiment, problems
