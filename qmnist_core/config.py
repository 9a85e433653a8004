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
from dataclasses import dataclass, field
from typing import Any

from qmnist_core import sources
from qmnist_core.catalogue import BACKENDS, INITS, MODELS
from qmnist_core.channels import CHANNELS, channel_parameter
from qmnist_core.errors import ConfigError, choose
from qmnist_core.setting import (
    Choice,
    Digits,
    Layers,
    Number,
    Source,
    Whole,
    check_settings,
    setting,
    settings_of,
    shown_in_order,
)
from qmnist_core.sources import short_name

IMAGE_SIDE = 28
MOST_EPOCHS_SHOWN = 100
"""That can be set on the dashboard."""
"""Side of an original image in pixels."""
MAX_EXAMPLES = 10_000_000

LAYERS = tuple("".join(pair) for pair in itertools.product("XYZ", repeat=2))
ENCODINGS = ("bits", "angle")
RESIZES = ("sample", "area")
CONTRADICTIONS = ("before", "after", "keep")


def reads_bits(encoding: str) -> bool:
    """Whether an encoding takes bits, rather than gray values in [0, 1]. Errors: ConfigError for another encoding."""
    return choose("encoding", {"bits": True, "angle": False}, encoding)


def averages(resize: str) -> bool:
    """Whether resizing takes the mean of each cell, rather than single pixels. Errors: ConfigError for another one."""
    return choose("resize", {"sample": False, "area": True}, resize)


def removals(contradictions: str) -> int:
    """How often contradictory images are removed: never, before the threshold, or also after it.

    Errors: ConfigError for another way to treat them.
    """
    return choose("contradictions", {"keep": 0, "before": 1, "after": 2}, contradictions)


def _hints(table: dict[str, Any]) -> list[str]:
    """What a table's names mean, for the command line's help."""
    return [f"{name} ({one.hint})" for name, one in table.items() if one.hint]


def _or(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


@dataclass(frozen=True)
class CircuitConfig:
    """The star circuit: data qubits that meet the readout qubit and never each other.

    The readout is prepared with X then H, the layers follow in order, then H and a measurement of Z.
    """

    layers: tuple[str, ...] = setting(
        ("XX", "ZZ"),
        Layers(LAYERS, most=100, most_shown=6),  # six train in about a second
        "Layers",
        "Each layer joins every pixel's qubit and the readout. First letter: the pixel's Pauli, second: the readout's.",
        group="Network",
        words=lambda circuit: f"layers {' '.join(circuit.layers)}",
        flag_help=f"the QNN's layers in order, from {', '.join(LAYERS)}: first letter the data qubit's Pauli, second "
        "the readout qubit's (default XX,ZZ)",
        metavar="XX,ZZ",
        only="circuit",
    )
    encoding: str = setting(
        "bits",
        Choice(ENCODINGS),
        flag_help="bits: X on lit pixels (default); angle: RX(π·value) of gray values",
        only="circuit",
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def n_layers(self) -> int:
        return len(self.layers)

    @property
    def is_tutorials(self) -> bool:
        """Whether this is the tutorial's circuit, (XX, ZZ) on bits: ⟨Z⟩ is then a single damped cosine."""
        return self.layers == ("XX", "ZZ") and reads_bits(self.encoding)


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
        Choice(CHANNELS).check("noise", self.kind)
        object.__setattr__(self, "strength", Number(0.0, 1.0).check("the noise's strength", self.strength))


@dataclass(frozen=True)
class DataConfig:
    """Which data set, and how it becomes training and test images of two classes."""

    file: str | None = setting(
        None,  # MNIST, which comes with the package
        Source(sources.MNIST, sources.UPLOAD, sources.names, sources.usual),
        "Data set",
        "Which images are used. MNIST's are handwritten digits; your own stay in this session alone.",
        group="Images",
        says="the data set",
        address="data",
        words=lambda data: "" if data.file is None else f"data {short_name(data.file)}",
        flag="--data",
        flag_help="other data: a name in the folder QMNIST_DATA, or the path of an .npz with Keras' arrays, of a "
        "folder of four IDX files (MNIST, Fashion-MNIST) or of KMNIST's four, or of a .zip of one of these or of "
        "labelled folders of pictures (default: what QMNIST_DATA is, else mnist)",
        metavar="DATA",
    )
    digits: tuple[int, int] = setting(
        (3, 6),
        Digits(),
        "Digits",
        "The two classes to tell apart: the first is blue and +1, the second orange and −1.",
        group="Images",
        words=lambda data: f"{'' if data.file is None else 'classes '}{data.digits[0]} or {data.digits[1]}",
        flag_help="the two classes; the first is positive (default 3 6)",
        metavar=("A", "B"),
    )
    size: int = setting(
        4,
        Whole(2, IMAGE_SIDE, slider=True),
        "Image size",
        "Pixels along each side of the small image. Each pixel is one qubit, so more pixels show more of the image.",
        group="Images",
        words=lambda data: f"{data.size}×{data.size} {data.resize}",
        flag_help="side of the small image in pixels, 2 to 28 (default {default})",
        only="small image",
    )
    threshold: float = setting(
        0.5,
        Number(0.0, 1.0),
        "Threshold",
        "A pixel is lit when its gray value is above this. Higher: fewer lit pixels.",
        group="Images",
        after="resize",
        words=lambda data: f"threshold {data.threshold:g}",
        flag_help="gray value above which a pixel is lit, 0 to 1 (default {default})",
        only="small image",
    )
    resize: str = setting(
        "sample",  # bilinear without antialiasing
        Choice(RESIZES),
        "Resizing",
        "sample picks single original pixels, as the tutorial does; area takes the mean of each cell.",
        group="Images",
        words=lambda data: "",  # the size says it
        flag_help="sample single pixels as the tutorial does (default), or the mean of each area",
        only="small image",
    )
    contradictions: str = setting(
        "before",
        Choice(CONTRADICTIONS, titles={"before": "removed", "after": "removed twice", "keep": "kept"}),
        "Contradictions",
        "Small training images seen with both labels: removed before the threshold (tutorial), also after it, or kept.",
        group="Images",
        words=lambda data: "",
        flag_help="images seen with both labels: drop them before binarising (default, the tutorial), "
        "a second time after it, or keep all",
        only="small image",
    )
    """"before" keeps every other distinct image once, as the tutorial does; "after" does so for bit patterns, too."""
    n_examples: int | None = setting(
        None,
        Whole(1, MAX_EXAMPLES, steps=(10, 20, 50, 100, 200, 500, 1000, 2000, 5000), none="all"),
        "Examples used",
        "How many training images are used, the first ones first. Fewer: faster, and less is learnt.",
        group="Images",
        after="data",
        says="the number of examples",
        address="examples",
        unit="example",
        flag="--examples",
        flag_help="use only the first N training images (default {default})",
        metavar="N",
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def n_pixels(self) -> int:
        return self.size**2


@dataclass(frozen=True)
class Experiment:
    """All settings of one training run; together with the code they determine its result."""

    model: str = setting(
        "qnn",
        Choice(MODELS),
        flag_help=f"qnn (default), {_or(_hints(MODELS))}",
    )
    backend: str = setting(
        "exact",
        Choice(
            BACKENDS,
            on_dashboard=lambda name: BACKENDS[name].on_dashboard,
            package=lambda name: BACKENDS[name].package,
        ),
        "Backend",
        "exact computes ⟨Z⟩ by this circuit's own formula; tfq simulates the state vector with TensorFlow Quantum.",
        group="Training",
        after="seed",
        words=lambda experiment: f"{experiment.backend} backend",
        flag_help=f"what computes the QNN: {_or(_hints(BACKENDS))}; default: {{default}}",
        only="circuit",
    )
    """The classical models ignore it."""
    data: DataConfig = field(default_factory=DataConfig)
    circuit: CircuitConfig = field(default_factory=CircuitConfig)
    init: str = setting(
        "uniform",
        Choice(INITS),
        "Initial angles",
        "uniform draws them anywhere, as TensorFlow Quantum does; small starts near zero, which large images need.",
        group="Network",
        words=lambda experiment: f"{experiment.init} start",
        flag_help="the QNN's first exponents: uniform on [0, 2π) (default, as TFQ), or small, which large images need",
        only="circuit",
    )
    epochs: int = setting(
        3,
        Whole(1, 10_000, highest_shown=MOST_EPOCHS_SHOWN),
        "Epochs",
        "How often the training goes through all examples.",
        group="Training",
        unit="epoch",
        flag_help="passes over the training images, 1 to 10,000",
        metavar="E",
    )
    batch_size: int = setting(
        32,
        Whole(1, MAX_EXAMPLES, steps=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)),
        "Batch size",
        "Examples per training step. Larger: fewer and smoother steps per epoch.",
        group="Training",
        says="the batch size",
        address="batch",
        words=lambda experiment: f"batch {experiment.batch_size}",
        flag_help="examples per step, at least 1",
        metavar="B",
    )
    """The last batch of an epoch may be smaller."""
    learning_rate: float = setting(
        0.001,
        Number(0.0, 10.0, (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3), never_low="nothing would be learnt"),
        "Learning rate",
        "How far each step moves the exponents. Higher: faster at first, then unstable.",
        group="Training",
        says="the learning rate",
        address="rate",
        words=lambda experiment: f"rate {experiment.learning_rate:g}",
        flag_help="Adam's step size, above 0, at most 10 (default {default})",
        metavar="R",
    )
    seed: int = setting(
        0,
        Whole(0, 2**32 - 1),
        "Seed",
        "Fixes the first exponents and the order of examples: the same seed gives the same run.",
        group="Training",
        words=lambda experiment: f"seed {experiment.seed}",
        flag_help="makes the run repeatable, 0 or more (default {default})",
        metavar="S",
    )
    """Fixes dropout, too."""

    def __post_init__(self) -> None:
        check_settings(self)
        _check_type("data", self.data, DataConfig)
        _check_type("circuit", self.circuit, CircuitConfig)

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
        """The data this model reads: one that reads originals takes every 28×28 image, whatever `data` says
        about size, resizing and contradictions; the others take `data` as it is."""
        if not MODELS[self.model].reads_originals:
            return self.data
        return dataclasses.replace(self.data, size=IMAGE_SIDE, resize="sample", contradictions="keep")

    @property
    def reads_gray(self) -> bool:
        """Whether this model reads gray values rather than bits."""
        return MODELS[self.model].reads_originals or (self.is_quantum and not reads_bits(self.circuit.encoding))

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
        for name, part in PARTS.items():
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


def _check_type(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise ConfigError(f"{name} must be a {kind.__name__}, got {type(value).__name__}")


PARTS = {"data": DataConfig, "circuit": CircuitConfig}
"""The configs within an experiment."""
SETTINGS = settings_of(Experiment, PARTS)
"""All settings of an experiment, in the order of their declaration."""
SHOWN = shown_in_order(SETTINGS)
"""Those that the dashboard has, by their names in an address, in its order."""
