"""Both sides of every timing claim, measured in one process on the same work."""

from __future__ import annotations

import dataclasses
import io
import itertools
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numba
import numpy as np

from qmnist_core import cores, sources
from qmnist_core.arrays import Array, Bits, Indices
from qmnist_core.config import IMAGE_SIDE, CircuitConfig, DataConfig, Experiment, NoiseConfig
from qmnist_core.data.mnist import Mnist, load_mnist, read_upload
from qmnist_core.data.pipeline import Dataset, distinct_rows, prepare
from qmnist_core.data.ten import N_DIGITS, Digits, ten_digits
from qmnist_core.errors import QMnistError, UnavailableError
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.models.ten import Piece, Stars
from qmnist_core.simulators import expectation_over_time
from qmnist_core.simulators.all_inputs import all_answers
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.simulators.noise import noisy_expectation
from qmnist_core.simulators.tfq import encode_circuits, pqc_network
from qmnist_core.studies.fan import KEPT_STEPS, fan
from qmnist_core.studies.reel import Reel, spread
from qmnist_core.studies.ten import N_CIRCUITS, THRESHOLD, ten
from qmnist_core.tensorflow_loader import load_keras, load_tfq
from qmnist_core.training.events import Epoch, Step
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.training.loop import Training
from qmnist_core.training.many import train_many
from qmnist_core.training.ten import train

TFQ_STEPS = {2: 20, 4: 8, 6: 5}
"""Training steps timed on TFQ for each number of layers, after one that is not counted."""
FAIR_EPOCHS = 5
SEEDS = 40
SEEDS_AT_28 = 10
OWN_IMAGES = 2_000
"""Of MNIST, that stand for data of one's own."""
FEW_REPEATS = 3
"""Of what takes seconds."""
LAYER_COUNTS = (2, 4, 6)
OTHER_SIZES = (8, 14, 28)


@dataclass(frozen=True)
class Timing:
    """Repeated measurements of one thing, seconds each."""

    name: str
    seconds: list[float]
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass
class Report:
    """All timings, filled while the benchmark runs."""

    exact_by_layers: dict[int, Timing] = field(default_factory=dict)
    tfq_by_layers: dict[int, Timing] = field(default_factory=dict)
    tfq_unavailable: str | None = None
    exact_by_size: dict[int, Timing] = field(default_factory=dict)
    together: dict[str, tuple[Timing, Timing]] = field(default_factory=dict)
    """Many networks: one by one, and together."""
    others: dict[str, Timing] = field(default_factory=dict)

    def timings(self) -> list[Timing]:
        """All of them once, in the order of a table."""
        groups = (self.exact_by_layers, self.tfq_by_layers, self.exact_by_size, self.others)
        pairs = [timing for pair in self.together.values() for timing in pair]
        return list({timing.name: timing for group in groups for timing in group.values()}.values()) + pairs

    def to_dict(self) -> dict[str, Any]:
        """Medians in seconds; TFQ's figures are None where it is not installed."""
        exact, tfq = self.exact_by_layers[2].median, self.tfq_by_layers.get(2)
        return {
            "machine": machine(),
            "exact_epoch_s": exact,
            "tfq_epoch_s": tfq.median if tfq else None,
            "ratio": tfq.median / exact if tfq else None,
            "epoch_by_layers": {str(n): timing.median for n, timing in self.exact_by_layers.items()},
            "tfq_epoch_by_layers": {str(n): timing.median for n, timing in self.tfq_by_layers.items()},
            "epoch_by_size": {str(size): timing.median for size, timing in self.exact_by_size.items()},
            "together": {
                name: {"one_by_one_s": one_by_one.median, "together_s": together.median}
                for name, (one_by_one, together) in self.together.items()
            },
            **{name: timing.median for name, timing in self.others.items()},
            "tfq_unavailable": self.tfq_unavailable,
        }


def machine() -> str:
    """The machine in a few words: processor, cores, Python, NumPy and Numba."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        name = names[0] if names else name
    system = f"{platform.system()} {platform.machine()}"
    packages = f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}"
    return f"{name}, {os.cpu_count()} cores, {system}, {packages}"


def measure(repeats: int, say: Callable[[str], None]) -> Report:
    """Run all measurements; `say` is called with the name of each before it begins."""
    report = Report()
    mnist = load_mnist()
    for n_layers in LAYER_COUNTS:
        say(f"exact, {n_layers} layers")
        report.exact_by_layers[n_layers] = _exact_epochs(_stack(n_layers), mnist, repeats)
    report.exact_by_size[4] = report.exact_by_layers[2]
    for size in OTHER_SIZES:
        say(f"exact, {size}×{size}")
        experiment = Experiment(init="small", data=DataConfig(size=size))
        report.exact_by_size[size] = _exact_epochs(experiment, mnist, repeats)
    for key, name, action in _single_actions(mnist):
        say(name)
        report.others[key] = Timing(name, [_seconds(action) for _ in range(repeats)])
    for key, name, both in _pairs(mnist):
        say(name)
        # In turn, so that both sides meet the machine in the same state.
        turns = [[_seconds(action) for action in both] for _ in range(min(repeats, FEW_REPEATS))]
        report.together[key] = (
            Timing(f"{name}: one by one", [turn[0] for turn in turns]),
            Timing(f"{name}: together", [turn[1] for turn in turns]),
        )
    say("ten digits")
    ten_seconds = [_seconds(lambda: list(ten(mnist))) for _ in range(min(repeats, FEW_REPEATS))]
    report.others["ten_s"] = Timing("ten digits: 16 circuits each, 8 epochs, test", ten_seconds)
    say("a cold process")
    report.others["cold_train_s"] = _cold_trainings(repeats)
    try:
        load_keras()
        say("fair network")
        fair = _training(Experiment.tutorial("fair"), mnist, FAIR_EPOCHS)
        report.others["fair_epoch_s"] = Timing("fair network: one epoch", _warm_epochs(fair))
        load_tfq()
        dataset = prepare(mnist, DataConfig())
        for n_layers in LAYER_COUNTS:
            say(f"TFQ, {n_layers} layers")
            report.tfq_by_layers[n_layers] = tfq_epoch(_stack(n_layers), dataset, TFQ_STEPS[n_layers])
        say("TFQ, distinct circuits")
        report.others["tfq_distinct_epoch_s"] = _tfq_distinct_epoch(mnist, dataset, TFQ_STEPS[2])
    except UnavailableError as error:
        report.tfq_unavailable = str(error)
    return report


def _tfq_distinct_epoch(mnist: Mnist, dataset: Dataset, n_steps: int) -> Timing:
    """An epoch on TFQ as this package trains it: each distinct circuit of a batch once. Extrapolated likewise."""
    experiment = Experiment(backend="tfq")
    n = (n_steps + 1) * experiment.batch_size
    training = Training(dataclasses.replace(experiment, epochs=1, data=DataConfig(n_examples=n)), mnist)
    marks = [event.elapsed for event in training if isinstance(event, Step | Epoch)]
    steps = [later - earlier for earlier, later in itertools.pairwise(marks[:-1])]
    n_train_steps, validation = math.ceil(len(dataset.train) / experiment.batch_size), marks[-1] - marks[-2]
    return Timing(
        "TFQ, 2 layers, 4×4: one epoch of this package",
        [seconds * n_train_steps + validation for seconds in steps],
        f"distinct circuits; {n_train_steps} steps extrapolated from {n_steps}",
    )


def _stack(n_layers: int) -> Experiment:
    return Experiment(circuit=CircuitConfig(("XX", "ZZ") * (n_layers // 2)))


def _exact_epochs(experiment: Experiment, mnist: Mnist, repeats: int) -> Timing:
    n_layers, size = experiment.circuit.n_layers, experiment.data.size
    training = _training(experiment, mnist, repeats)
    steps = training.total_steps // (repeats + 1)
    cost = estimate_cost(experiment.circuit, experiment.data.n_pixels, training.batch_size)
    note = f"{steps} steps, estimated at {cost.step_seconds * steps * 1e3:.3g} ms"
    return Timing(f"exact, {n_layers} layers, {size}×{size}: one epoch", _warm_epochs(training), note)


def _training(experiment: Experiment, mnist: Mnist, repeats: int) -> Training:
    """Of as many epochs as are counted, and one to warm up."""
    return Training(dataclasses.replace(experiment, epochs=repeats + 1), mnist)


def _warm_epochs(training: Training) -> list[float]:
    """Seconds of a training's epochs, its events and validation included, without the first."""
    return [event.seconds for event in training if isinstance(event, Epoch)][1:]


def _single_actions(mnist: Mnist) -> list[tuple[str, str, Callable[[], object]]]:
    experiment = Experiment()
    exponents = initial_exponents(experiment)
    dataset = prepare(mnist, experiment.data)
    gray, patterns = dataset.gray, dataset.test.bits
    large = Experiment(data=DataConfig(size=IMAGE_SIDE), init="small")
    image = prepare(mnist, large.data).test.bits[:1]

    def noisy(of: Experiment, bits: Bits) -> Array:
        """Amplitude damping takes longest of all noise."""
        return noisy_expectation(of.circuit, initial_exponents(of), bits, NoiseConfig("damping", 0.01))

    return [
        ("all_inputs_s", "answers to all 65,536 inputs", lambda: all_answers(experiment.circuit, exponents)),
        ("pipeline_s", "loaded MNIST to 4×4 bits and counts", lambda: prepare(mnist, experiment.data).counts),
        ("binarise_s", "binarise 4×4 again, with counts", lambda: gray.at(0.3).binarise().counts),
        ("noisy_image_s", "noisy, 2 layers, 785 qubits: one image", lambda: noisy(large, image)),
        ("noisy_test_set_s", "noisy, 2 layers, 4×4: the test set's 115 patterns", lambda: noisy(experiment, patterns)),
    ]


def _pairs(mnist: Mnist) -> list[tuple[str, str, tuple[Callable[[], object], Callable[[], object]]]]:
    """The same networks one by one and together, of each kind that the package has many of."""
    small, large = Experiment(), Experiment(init="small", data=DataConfig(size=IMAGE_SIDE))
    own = read_upload(_npz(mnist, OWN_IMAGES), "own.npz")
    own_small = Experiment(init="small", data=DataConfig(size=8, resize="area"))
    dataset, whole, of_own = prepare(mnist, small.data), prepare(mnist, large.data), prepare(own, own_small.data)
    digits = ten_digits(mnist, THRESHOLD).train

    def pair(experiment: Experiment, data: Dataset, n: int) -> tuple[Callable[[], object], Callable[[], object]]:
        end = np.array([_n_steps(experiment, data)])
        return (
            lambda: [_exponents(dataclasses.replace(experiment, seed=seed), data, end) for seed in range(n)],
            lambda: list(train_many(experiment, range(n), data, end)),
        )

    def curves() -> None:
        kept = spread(_n_steps(small, dataset) + 1, KEPT_STEPS)
        first, pattern_of = distinct_rows(dataset.test.bits)
        for seed in range(SEEDS):
            exponents = _exponents(dataclasses.replace(small, seed=seed), dataset, kept)
            answers = expectation_over_time(small.circuit, exponents, dataset.test.bits[first])
            reel = Reel(kept, exponents, answers, pattern_of, dataset.test.labels)
            assert len(reel.accuracy) == len(reel.loss)

    return [
        ("seeds", f"{SEEDS} seeds, 3 epochs each", pair(small, dataset, SEEDS)),
        ("seeds_28", f"{SEEDS_AT_28} seeds at 28×28, 3 epochs each", pair(large, whole, SEEDS_AT_28)),
        ("curves", f"{SEEDS} seeds with their curves", (curves, lambda: list(fan(small, dataset, SEEDS)))),
        (
            "ten",
            f"ten digits, {N_DIGITS * N_CIRCUITS} circuits, one epoch",
            (lambda: _ten_epoch(digits, _OneByOne), lambda: _ten_epoch(digits, Stars)),
        ),
        ("own", f"{SEEDS} seeds on {OWN_IMAGES:,} images of an upload, 8×8", pair(own_small, of_own, SEEDS)),
    ]


def _n_steps(experiment: Experiment, dataset: Dataset) -> int:
    return steps_an_epoch(experiment, len(dataset.train)) * experiment.epochs


def _exponents(experiment: Experiment, dataset: Dataset, kept: Indices) -> Array:
    """Train one network as it is trained alone; its exponents after the kept steps."""
    training = Training(experiment, dataset=dataset)
    steps = [training.model.weights()["exponents"] for event in training if isinstance(event, Step)]
    return np.array([initial_exponents(experiment), *steps])[kept]


class _OneByOne(Stars):
    """Each circuit computed alone."""

    def pieces(self, n: int) -> Sequence[Piece]:
        return super().pieces(self.exponents.shape[1])


def _ten_epoch(digits: Digits, kind: type[Stars]) -> None:
    with cores.team() as team:
        for _ in train(kind.start(N_CIRCUITS, 0), digits, 1, 0, team, moved=True):
            pass


def _npz(mnist: Mnist, n: int) -> bytes:
    """The first n training images, and as many test images at most, as a file."""
    file = io.BytesIO()
    np.savez(
        file, x_train=mnist.x_train[:n], y_train=mnist.y_train[:n], x_test=mnist.x_test[:n], y_test=mnist.y_test[:n]
    )
    return file.getvalue()


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _cold_trainings(repeats: int) -> Timing:
    """A new process each: start Python, load the data, train 3 epochs, test, print."""

    def train() -> None:
        command = [sys.executable, "-m", "qmnist_core", "train", "--epochs", "3", "--json"]
        environment = {name: value for name, value in os.environ.items() if name != sources.VARIABLE}
        done = subprocess.run(
            command, cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise QMnistError(f"the cold process failed: {done.stderr}")

    return Timing("a new process: load, train 3 epochs, test", [_seconds(train) for _ in range(min(repeats, 5))])


def tfq_epoch(experiment: Experiment, dataset: Dataset, n_steps: int) -> Timing:
    """An epoch as the tutorial runs it: Keras steps of 32 circuits through PQC, and validation on all test images.

    Extrapolated: n_steps training steps and 4 validation batches are timed, each step stands for the 324.
    """
    _, keras = load_keras()
    batch, train, test = experiment.batch_size, dataset.train, dataset.test
    network = pqc_network(experiment.circuit, experiment.data.n_pixels)
    network.set_weights([initial_exponents(experiment).ravel()])
    network.compile(loss=keras.losses.Hinge(), optimizer=keras.optimizers.Adam(), metrics=["accuracy"])

    inputs, targets = encode_circuits(train.bits[: batch * (n_steps + 1)], "bits"), train.targets
    held_out, labels = encode_circuits(test.bits[: 5 * batch], "bits"), test.targets
    parts = [slice(start, start + batch) for start in range(0, batch * (n_steps + 1), batch)]
    steps = [_seconds(partial(network.train_on_batch, inputs[part], targets[part])) for part in parts]
    parts = [slice(start, start + batch) for start in range(0, batch * 5, batch)]
    validations = [_seconds(partial(network.test_on_batch, held_out[part], labels[part])) for part in parts]
    n_train_steps, n_validations = math.ceil(len(train) / batch), math.ceil(len(test) / batch)
    validation = statistics.median(validations[1:]) * n_validations
    return Timing(
        f"TFQ, {experiment.circuit.n_layers} layers, 4×4: one epoch",
        [seconds * n_train_steps + validation for seconds in steps[1:]],
        f"every circuit; {n_train_steps} steps and {n_validations} validations extrapolated from {n_steps} and 4",
    )
