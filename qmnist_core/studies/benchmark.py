"""Both sides of every timing claim, measured in one process on the same work."""

from __future__ import annotations

import dataclasses
import itertools
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numba
import numpy as np

from qmnist_core import sources
from qmnist_core.arrays import Array, Bits
from qmnist_core.config import IMAGE_SIDE, CircuitConfig, DataConfig, Experiment, NoiseConfig
from qmnist_core.data.mnist import Mnist, load_mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import QMnistError, UnavailableError
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.simulators.all_inputs import all_answers
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.simulators.noise import noisy_expectation
from qmnist_core.simulators.tfq import encode_circuits, pqc_network
from qmnist_core.studies.fan import fan
from qmnist_core.studies.ten import ten
from qmnist_core.tensorflow_loader import load_keras, load_tfq
from qmnist_core.training.events import Epoch, Step
from qmnist_core.training.loop import Training

TFQ_STEPS = {2: 20, 4: 8, 6: 5}
"""Training steps timed on TFQ for each number of layers, after one that is not counted."""
FAIR_EPOCHS = 5
SEEDS = 40
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
    others: dict[str, Timing] = field(default_factory=dict)

    def timings(self) -> list[Timing]:
        """All of them once, in the order of a table."""
        groups = (self.exact_by_layers, self.tfq_by_layers, self.exact_by_size, self.others)
        return list({timing.name: timing for group in groups for timing in group.values()}.values())

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
    say("ten digits")
    ten_seconds = [_seconds(lambda: list(ten(mnist))) for _ in range(min(repeats, 3))]
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

    def one_by_one() -> None:
        for seed in range(SEEDS):
            for _ in Training(dataclasses.replace(experiment, seed=seed), dataset=dataset):
                pass

    return [
        ("one_by_one_s", f"{SEEDS} seeds, 3 epochs each, one by one", one_by_one),
        ("fan_s", f"{SEEDS} seeds, 3 epochs each, together", lambda: list(fan(experiment, dataset, SEEDS))),
        ("all_inputs_s", "answers to all 65,536 inputs", lambda: all_answers(experiment.circuit, exponents)),
        ("pipeline_s", "loaded MNIST to 4×4 bits and counts", lambda: prepare(mnist, experiment.data).counts),
        ("binarise_s", "binarise 4×4 again, with counts", lambda: gray.at(0.3).binarise().counts),
        ("noisy_image_s", "noisy, 2 layers, 785 qubits: one image", lambda: noisy(large, image)),
        ("noisy_test_set_s", "noisy, 2 layers, 4×4: the test set's 115 patterns", lambda: noisy(experiment, patterns)),
    ]


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
