"""Every setting of an experiment: frozen, validated when made, and back and forth through JSON.

Words used everywhere in this package:

- *pixel order* is row-major: pixel i of a size×size image is at row i // size, column i % size.
- *exponents* are in half-turns: `cirq.XX**t` = exp(−iπt/2 · X⊗X) up to a global phase.
  They are always an array (n_layers, n_pixels): layer first, then pixel.
- the *positive* class (label +1) is the first of the two digits, the negative class (−1) the second.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

from qmnist_core.catalogue import BACKENDS, INITS, MODELS
from qmnist_core.channels import CHANNELS, channel_parameter
from qmnist_core.errors import ConfigError, check_choice, choose

IMAGE_SIDE = 28
"""Side of an original image in pixels."""
MAX_EXAMPLES = 10_000_000
MAX_LAYERS = 100

LAYERS = tuple("".join(pair) for pair in itertools.product("XYZ", repeat=2))
ENCODINGS = ("bits", "angle")
RESIZES = ("sample", "area")
CONTRADICTIONS = ("before", "after", "keep")


@dataclass(frozen=True)
class CircuitConfig:
    """The star circuit: data qubits that meet the readout qubit and never each other.

    The readout is prepared with X then H, the layers follow in order, then H and a measurement of Z.
    """

    layers: tuple[str, ...] = ("XX", "ZZ")
    """1–100 two-qubit Pauli products. First letter: the data qubit's Pauli; second: the readout's."""
    encoding: str = "bits"
    """"bits": an X gate on each lit pixel's qubit. "angle": RX(π·value) for gray values in [0, 1]."""

    def __post_init__(self) -> None:
        layers = (self.layers,) if isinstance(self.layers, str) else _as_tuple("layers", self.layers)
        if not layers:
            raise ConfigError("layers must name at least one layer, got none: try XX,ZZ")
        if len(layers) > MAX_LAYERS:
            raise ConfigError(f"layers can be {MAX_LAYERS} at most, got {len(layers)}")
        for layer in layers:
            check_choice("layers", layer, LAYERS)
        object.__setattr__(self, "layers", layers)
        check_choice("encoding", self.encoding, ENCODINGS)

    @property
    def n_layers(self) -> int:
        return len(self.layers)

    @property
    def is_tutorials(self) -> bool:
        """Whether this is the tutorial's circuit, (XX, ZZ) on bits: ⟨Z⟩ is then a single damped cosine."""
        return self.layers == ("XX", "ZZ") and self.encoding == "bits"


@dataclass(frozen=True)
class NoiseConfig:
    """Noise after every two-qubit gate of the model, on its data qubit and the readout; nothing else is noisy."""

    kind: str = "depolarising"
    """One of `channels.CHANNELS`."""
    strength: float = 0.01
    """The channel's own parameter, 0–1: mostly the probability of what it does after each gate. Equal strengths of two
    kinds are not equal errors: `of_infidelity` is for comparing them."""

    @classmethod
    def of_infidelity(cls, kind: str, infidelity: float) -> NoiseConfig:
        """The noise of a kind that gives each gate an average infidelity; see `qmnist_core.channels`."""
        return cls(kind, channel_parameter(kind, infidelity))

    def __post_init__(self) -> None:
        check_choice("noise", self.kind, CHANNELS)
        object.__setattr__(self, "strength", _number("the noise's strength", self.strength, 0.0, 1.0))


@dataclass(frozen=True)
class DataConfig:
    """How MNIST becomes two-digit training and test images."""

    digits: tuple[int, int] = (3, 6)
    """Two different classes, 0–9; the first one is the positive class (label +1)."""
    size: int = 4
    """Side of the small image in pixels, 2–28; the circuit has size² data qubits."""
    threshold: float = 0.5
    """A pixel is lit (1) when its gray value is above this, 0–1."""
    resize: str = "sample"
    """"sample": bilinear without antialiasing, as the tutorial does. "area": the mean of each cell."""
    contradictions: str = "before"
    """Images seen with both labels: "before" drops them before binarising and keeps every other distinct
    image once (the tutorial); "after" does this a second time, on the binary patterns; "keep" drops none."""
    n_examples: int | None = None
    """Use only the first so many training images; None uses all."""
    file: str | None = None
    """A data file, or a folder of four; None is the MNIST that comes with the package."""

    def __post_init__(self) -> None:
        digits = _as_tuple("digits", self.digits)
        if len(digits) != 2:
            raise ConfigError(f"digits must be two classes such as 3 6, got {len(digits)}")
        digits = tuple(_whole("digits", digit, 0, 9) for digit in digits)
        if digits[0] == digits[1]:
            raise ConfigError(f"digits must be two different classes, got {digits[0]} twice")
        object.__setattr__(self, "digits", digits)
        object.__setattr__(self, "size", _whole("size", self.size, 2, IMAGE_SIDE))
        object.__setattr__(self, "threshold", _number("threshold", self.threshold, 0.0, 1.0))
        check_choice("resize", self.resize, RESIZES)
        check_choice("contradictions", self.contradictions, CONTRADICTIONS)
        if self.n_examples is not None:
            object.__setattr__(self, "n_examples", _whole("the number of examples", self.n_examples, 1, MAX_EXAMPLES))
        if self.file is not None and not isinstance(self.file, str):
            raise ConfigError(f"file must be the path of a data file or none, got {self.file!r}")

    @property
    def n_pixels(self) -> int:
        return self.size**2


@dataclass(frozen=True)
class Experiment:
    """All settings of one training run; together with the code they determine its result."""

    model: str = "qnn"
    """One of `catalogue.MODELS`."""
    backend: str = "exact"
    """What computes the QNN, one of `catalogue.BACKENDS`; the classical models ignore it."""
    data: DataConfig = field(default_factory=DataConfig)
    circuit: CircuitConfig = field(default_factory=CircuitConfig)
    init: str = "uniform"
    """How the QNN's first exponents are drawn, one of `catalogue.INITS`."""
    epochs: int = 3
    """Passes over the training images, 1–10,000."""
    batch_size: int = 32
    """Examples per optimiser step, 1–10,000,000; the last batch of an epoch may be smaller."""
    learning_rate: float = 0.001
    """Adam's step size, above 0 and at most 10."""
    seed: int = 0
    """Fixes the first weights, the order of examples and dropout, 0–2³²−1."""

    def __post_init__(self) -> None:
        check_choice("model", self.model, MODELS)
        check_choice("backend", self.backend, BACKENDS)
        _check_type("data", self.data, DataConfig)
        _check_type("circuit", self.circuit, CircuitConfig)
        check_choice("init", self.init, INITS)
        object.__setattr__(self, "epochs", _whole("epochs", self.epochs, 1, 10_000))
        object.__setattr__(self, "batch_size", _whole("the batch size", self.batch_size, 1, MAX_EXAMPLES))
        if self.learning_rate == 0:
            raise ConfigError("the learning rate must be above 0, got 0: nothing would be learnt")
        object.__setattr__(self, "learning_rate", _number("the learning rate", self.learning_rate, 0.0, 10.0))
        object.__setattr__(self, "seed", _whole("seed", self.seed, 0, 2**32 - 1))

    @classmethod
    def tutorial(cls, model: str = "qnn", **changes: Any) -> Experiment:
        """The tutorial's settings for a model (for "logistic", which it does not have: ours), with changes."""
        kind = choose("model", MODELS, model)
        return cls(**{"model": model, "epochs": kind.epochs, "batch_size": kind.batch_size, **changes})

    def rival(self, model: str) -> Experiment:
        """A classical model beside this QNN: the tutorial's settings on the same data, from the same seed.

        What it does not read of the data is left at its default, so that equal trainings are equal experiments.
        """
        data = self.data
        if choose("model", MODELS, model).reads_originals:
            data = DataConfig(digits=data.digits, n_examples=data.n_examples, file=data.file)
        return Experiment.tutorial(model, data=data, seed=self.seed)

    @property
    def input(self) -> DataConfig:
        """The data this model reads: one that reads originals takes every 28×28 image, whatever `data` says of
        size, resizing and contradictions; the others take `data` as it is."""
        if not MODELS[self.model].reads_originals:
            return self.data
        return dataclasses.replace(self.data, size=IMAGE_SIDE, resize="sample", contradictions="keep")

    @property
    def reads_gray(self) -> bool:
        """Whether this model reads gray values rather than bits."""
        return MODELS[self.model].reads_originals or (self.is_quantum and self.circuit.encoding == "angle")

    @property
    def is_quantum(self) -> bool:
        """Whether its model is a circuit's: there are exponents, and a score is ⟨Z⟩ rather than a logit."""
        return MODELS[self.model].is_quantum

    @property
    def package(self) -> str | None:
        """What training it needs beside NumPy, as `tensorflow_loader.why_missing` knows it."""
        return BACKENDS[self.backend].package if self.is_quantum else MODELS[self.model].package

    def to_dict(self) -> dict[str, Any]:
        """Plain, JSON-safe and complete: `Experiment.from_dict` gives an equal object back."""
        plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return plain

    @classmethod
    def from_dict(cls, values: object) -> Experiment:
        """Read what `to_dict` wrote; a missing setting takes its default, an unknown one is an error."""
        values = _known_settings(cls, "experiment", values)
        for name, part in (("data", DataConfig), ("circuit", CircuitConfig)):
            if name in values:
                values[name] = part(**_known_settings(part, name, values[name]))
        return cls(**values)


def _known_settings(cls: type, name: str, values: object) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ConfigError(f"{name} must be an object of settings, got {type(values).__name__}")
    known = [f.name for f in dataclasses.fields(cls)]
    for key in values:
        if key not in known:
            raise ConfigError(f"{name} has no setting {key!r}: it has {', '.join(known)}")
    return dict(values)


def _as_tuple(name: str, value: object) -> tuple[Any, ...]:
    if not isinstance(value, Sequence):
        raise ConfigError(f"{name} must be a list, got {value!r}")
    return tuple(value)


def _check_type(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise ConfigError(f"{name} must be a {kind.__name__}, got {type(value).__name__}")


def _whole(name: str, value: object, low: int, high: int) -> int:
    if isinstance(value, Integral) and not isinstance(value, bool) and low <= int(value) <= high:
        return int(value)
    raise ConfigError(f"{name} must be a whole number from {low:,} to {high:,}, got {value!r}")


def _number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, Real) and not isinstance(value, bool) and low <= value <= high:  # type: ignore[operator]
        return float(value) + 0.0  # never −0
    raise ConfigError(f"{name} must be a number from {low:g} to {high:g}, got {value!r}")
