"""Models, backends and first exponents, each declared here and nowhere else; kinds of noise are in `channels`.

What builds a thing is named by its place, `module:name`, as an entry point is: the catalogue lies below all that it
names, and reading it loads none of that.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from qmnist_core.arrays import Exponents
from qmnist_core.errors import ConfigError


@dataclass(frozen=True)
class Model:
    """A kind of classifier."""

    title: str
    short: str
    """On a button."""
    name: str
    """Within a sentence, with its article."""
    hint: str
    """What sets it apart, for the command line's help."""
    colour: str
    """The same everywhere; 3 to 1 at least against light and dark grounds."""
    epochs: int
    """The tutorial's, as the batch size; of a model that is not in the tutorial, ours."""
    batch_size: int
    build: str | None = None
    """Called with an `Experiment`, gives a `models.protocol.Model`. None: the experiment's backend says it."""
    software: str | None = None
    """What computes it. None: the experiment's backend."""
    package: str | None = None
    """What it needs, as `tensorflow_loader.why_missing` knows it."""
    is_quantum: bool = False
    """Whether it is a circuit's: its weights are exponents, its score is ⟨Z⟩; of the others it is a logit."""
    in_tutorial: bool = True
    reads_originals: bool = False
    """Whether it reads the 28×28 images, whatever is said of size, resizing, threshold and contradictions."""
    step_seconds: float = 0.0
    """Of a training step in TensorFlow, loading left out. Fitted on two cores with TensorFlow 2.18."""

    def __post_init__(self) -> None:
        if not self.is_quantum and (self.build is None or self.software is None):
            raise ConfigError(
                f"{self.name} is no circuit, which a backend builds: name what builds it, and the software"
            )

    @property
    def full_title(self) -> str:
        return self.title if self.in_tutorial else f"{self.title} (ours)"

    @property
    def score(self) -> str:
        return "⟨Z⟩" if self.is_quantum else "logit"


MODELS: dict[str, Model] = {
    "qnn": Model(
        title="QNN",
        short="QNN",
        name="the QNN",
        hint="",
        colour="#8b5cf6",  # violet
        epochs=3,
        batch_size=32,
        is_quantum=True,
    ),
    "cnn": Model(
        title="Full CNN",
        short="CNN",
        name="the full CNN",
        hint="full images",
        colour="#0f9a8d",  # teal
        epochs=1,
        batch_size=128,
        build="qmnist_core.models.keras:full_cnn",
        software="Keras",
        package="keras",
        reads_originals=True,
        step_seconds=0.06,
    ),
    "fair": Model(
        title="Fair network",
        short="fair network",
        name="the fair network",
        hint="the tutorial's small network",
        colour="#d6408f",  # magenta
        epochs=20,
        batch_size=128,
        build="qmnist_core.models.keras:fair_network",
        software="Keras",
        package="keras",
        step_seconds=8e-4,
    ),
    "logistic": Model(
        title="Logistic regression",
        short="logistic regression",
        name="logistic regression",
        hint="regression; not in the tutorial",
        colour="#7b838d",  # grey
        epochs=20,  # the fair network's, as the batch size
        batch_size=128,
        build="qmnist_core.models.logistic:Logistic",
        software="NumPy",
        in_tutorial=False,
    ),
}
"""By the name that stands in settings and addresses, in the order in which they are shown."""


@dataclass(frozen=True)
class Backend:
    """What computes the QNN."""

    title: str
    hint: str
    """For the command line's help."""
    simulator: str
    """Called with a `CircuitConfig`, gives a `simulators.Simulator`."""
    model: str
    """Called with an `Experiment`, gives a `models.protocol.Model`."""
    tolerances: tuple[float, float]
    """How much the test loss and the test accuracy of a repetition may differ. The exact engine repeats itself to the
    last bit; of the others an answer near 0 may be on the other side."""
    remark: str
    """What a script that trains a run again says about its figures, in lines."""
    package: str | None = None
    """As a model's."""
    packages: tuple[tuple[str, str], ...] = ()
    """What it needs besides NumPy: names in words, and of the packages."""
    is_state_vector: bool = True
    """Whether it keeps all amplitudes of all qubits."""
    on_dashboard: bool = True


BACKENDS: dict[str, Backend] = {
    "exact": Backend(
        title="exact engine",
        hint="fast, any size",
        simulator="qmnist_core.simulators.exact:ExactSimulator",
        model="qmnist_core.models.qnn:Qnn",
        tolerances=(1e-9, 1e-9),
        remark="The same machine with the same NumPy and Numba gives the same to the last bit. Another\n"
        "# may round differently, which a high learning rate can make large.",
        packages=(("Numba", "numba"),),
        is_state_vector=False,
    ),
    "tfq": Backend(
        title="TFQ",
        hint="TensorFlow Quantum",
        simulator="qmnist_core.simulators.tfq:TfqSimulator",
        model="qmnist_core.models.keras:TfqQnn",
        tolerances=(1e-4, 0.01),
        remark="TensorFlow Quantum computes in single precision. These figures are the exact engine's,\n"
        "# at the exponents reached.",
        package="tfq",
        packages=(("TensorFlow Quantum", "tensorflow-quantum"), ("TensorFlow", "tensorflow")),
    ),
    "cirq": Backend(
        title="Cirq",
        hint="slow reference",
        simulator="qmnist_core.simulators.statevector:StateVectorSimulator",
        model="qmnist_core.models.qnn:Qnn",
        tolerances=(1e-6, 0.01),
        remark="Cirq trained it. These figures are the exact engine's, at the exponents reached.",
        packages=(("Cirq", "cirq-core"),),
        on_dashboard=False,  # it is for checking
    ),
}

SMALL_ANGLE = 0.05
"""Spread of "small" first exponents in half-turns.

Source: Grant et al., Quantum 3, 214 (2019); Zhang et al., arXiv:2203.09376.
"""


@dataclass(frozen=True)
class Init:
    """How the QNN's first exponents are drawn."""

    draw: Callable[[tuple[str, ...], int, np.random.Generator], Exponents]
    """(layers, n_pixels, generator) → float64 (n_layers, n_pixels), half-turns."""
    symbol: str
    """Of its points in a chart, a name of Plotly's, as its line's."""
    dash: str


def _uniform(layers: tuple[str, ...], n_pixels: int, rng: np.random.Generator) -> Exponents:
    """On [0, 2π), as TFQ's PQC draws them."""
    return rng.uniform(0.0, 2 * math.pi, (len(layers), n_pixels))


def _small(layers: tuple[str, ...], n_pixels: int, rng: np.random.Generator) -> Exponents:
    """Normal with spread 0.05 in layers whose readout Pauli is X, which commute with the measurement, 0.05/√n_pixels in
    the others."""
    spread = [SMALL_ANGLE / (1.0 if layer[1] == "X" else math.sqrt(n_pixels)) for layer in layers]
    drawn: Exponents = rng.normal(size=(len(layers), n_pixels)) * np.array(spread)[:, None]
    return drawn


INITS: dict[str, Init] = {
    "uniform": Init(_uniform, symbol="circle", dash="solid"),
    "small": Init(_small, symbol="square", dash="dash"),
}


def load(place: str) -> Any:
    """What stands at `module:name`. Errors: ConfigError where nothing does."""
    module, _, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise ConfigError(f"the catalogue names {place}, which is not there ({error})") from None
