"""What the lessons state, computed anew at each step's own settings: figures, and what the right choices say.

Those of the Keras networks (full CNN: above 99 %; fair network: 91 to 92 %) are in the README's comparison instead.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.address.settings import from_address
from qmnist_core.address.views import SPREAD_SEEDS
from qmnist_core.arrays import Array, Bits, Exponents
from qmnist_core.config import IMAGE_SIDE, DataConfig, Experiment
from qmnist_core.data.drawing import centred
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, Examples, LabelCounts, as_examples, prepare
from qmnist_core.lessons import FOLDER, LessonStep, read_lesson
from qmnist_core.look.text import magnitude, percent, power_of_ten
from qmnist_core.metrics import LEVEL
from qmnist_core.models.optimizer import halving_gradient
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.pictures.pixels import pixel_name, sampled_places
from qmnist_core.simulators import expectation
from qmnist_core.simulators.clock import read_clock
from qmnist_core.simulators.probe import scan_exponent
from qmnist_core.studies.reel import Reel
from qmnist_core.studies.spread import laws, measure, summarise
from qmnist_core.training.events import Finished, Step
from qmnist_core.training.history import Moment, steps_an_epoch
from qmnist_core.training.loop import Training
from qmnist_core.ui.circuit.views import VISIBLE
from qmnist_core.ui.compare.views import experiments
from qmnist_core.ui.data.views import THRESHOLDS
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.shared.networks import other_qnn
from qmnist_core.words.comparison import p_words
from tests.found import results

LESSONS = [read_lesson(file, PAGES) for file in sorted(FOLDER.glob("*.json"))]
TUTORIAL = Experiment()
Data = Callable[[DataConfig], Dataset]
Run = Callable[[Experiment], Training]


def step_of(lesson: int, number: int) -> tuple[LessonStep, Experiment]:
    """A step, and the experiment that its address asks for."""
    step = LESSONS[lesson - 1].steps[number - 1]
    return step, from_address(step.address)[0]


def example_of(step: LessonStep) -> int:
    return int(step.address["show-example"])


def states(text: str, *figures: str) -> None:
    """Each stands in the text, and not as a part of another number."""
    for figure in figures:
        assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![.,]?\d)", text), f"{figure} is not in: {text}"


def chosen(step: LessonStep, right: str) -> None:
    """This choice is the right one."""
    assert step.right is not None
    assert step.choices[step.right] == right


def whole(share: float) -> str:
    """A share in percent, without a decimal."""
    return f"{100 * share:.0f}"


@pytest.fixture(scope="module")
def data(mnist: Mnist) -> Data:
    return functools.cache(lambda config: prepare(mnist, config))


@pytest.fixture(scope="module")
def run(data: Data) -> Run:
    """An experiment's whole training, once for all who want it."""

    @functools.cache
    def trained(experiment: Experiment) -> Training:
        training = Training(experiment, dataset=data(experiment.input))
        assert isinstance(list(training)[-1], Finished)
        return training

    return trained


def played(experiment: Experiment, dataset: Dataset) -> Reel:
    """A training as the dock plays it."""
    training = Training(experiment, dataset=dataset)
    moments = [Moment(0, exponents_of(training))]
    moments += [
        Moment(len(training.history.losses), exponents_of(training)) for event in training if isinstance(event, Step)
    ]
    return Reel.of(experiment, moments, dataset)


def exponents_of(training: Training) -> Array:
    return training.model.weights()["exponents"]


def right_of(training: Training, test: Examples) -> Array:
    """Which test images it classifies correctly at its end."""
    return metrics.right(training.model.scores(test), test.targets)


def accuracy_of(training: Training) -> float:
    """On the test images, at its end."""
    return training.history.epochs[-1].val_accuracy


def first_accuracy(experiment: Experiment, data: Data) -> float:
    """On the test images, before the first step."""
    test = data(experiment.data).test
    return metrics.accuracy(expectation(experiment.circuit, initial_exponents(experiment), test.bits), test.targets)


def scan(experiment: Experiment, exponents: Exponents, bits: Bits, layer: int) -> Array:
    """⟨Z⟩ over a whole turn of the exponent that the lessons choose, in the middle of the image."""
    size = experiment.data.size
    return scan_exponent(
        experiment.circuit, exponents, bits, layer - 1, size // 2 * (size + 1), np.linspace(-1, 1, 201)
    )


def n_mixed(examples: Examples) -> int:
    """How many images share their bits with one of the other digit."""
    counts = LabelCounts.of(examples.bits, examples.labels)
    return int((counts.positive + counts.negative)[(counts.positive > 0) & (counts.negative > 0)].sum())


def with_bits(examples: Examples, bits: Bits) -> tuple[int, int]:
    """How many 3s, and how many 6s, have exactly these bits."""
    same = (examples.bits == bits).all(axis=1)
    return int(examples.labels[same].sum()), int((~examples.labels[same]).sum())


# 1. From image to circuit


def test_a_digit_made_small(data: Data) -> None:
    step, experiment = step_of(1, 1)
    test, image = data(experiment.data).test, example_of(step)
    assert not test.labels[image]
    chosen(step, f"{IMAGE_SIDE**2} at first, then {test.bits.shape[1]}")
    states(step.answer, "784 gray", "28×28", f"{test.images[image].size} gray", "4×4", f"{test.bits.shape[1]} bits")
    lit = [pixel_name(pixel, 4) for pixel in np.flatnonzero(test.bits[image])]
    assert step.answer.endswith(f"are lit: {' and '.join(lit)}.")
    step, experiment = step_of(1, 2)
    n_read = len(sampled_places(experiment.data.size, experiment.data.resize).pixels)
    states(step.answer, f"{n_read} of 784 pixels, about {whole(n_read / 784)} %")
    chosen(step, f"About {whole(n_read / 784)} %: {n_read} of 784")


def test_the_threshold(data: Data) -> None:
    step, experiment = step_of(1, 3)
    high, low = data(experiment.data), data(replace(experiment.data, threshold=0.0))
    for one in (high, low):
        threshold = f"{one.gray.config.threshold:g}"
        states(step.answer, f"{one.train.bits.sum(axis=1).mean():.1f}", f"at {threshold}")
    states(step.answer, f"these {len(low.test):,} test images")
    states(step.answer, f"from {percent(high.counts.accuracy_ceiling)} to {percent(low.counts.accuracy_ceiling)}")
    assert high.train.bits.mean() < low.train.bits.mean()
    assert high.counts.accuracy_ceiling < low.counts.accuracy_ceiling
    chosen(step, "More lit, higher ceiling")
    steps = np.diff(low.gray.ceilings([threshold for threshold in THRESHOLDS if threshold <= 0.9]))
    assert 0 < steps.max() < 0.002, "a few small steps back"
    assert high.counts.n_contradictory_binary < low.counts.n_contradictory_binary
    assert high.counts.n_unique_binary < low.counts.n_unique_binary
    assert n_mixed(high.train) > n_mixed(low.train)
    assert n_mixed(high.test) > n_mixed(low.test)


def test_when_a_3_and_a_6_are_the_same(data: Data) -> None:
    step, experiment = step_of(1, 4)
    first = data(experiment.data).collisions()[0]
    threes, sixes = len(first.positive_rows), len(first.negative_rows)
    assert not first.bits.any()
    assert threes > sixes
    states(step.answer, f"{threes} of these {threes + sixes}", f"other {sixes}")
    chosen(step, f"3: then {sixes} are wrong")
    assert f"6: then {threes} are wrong" in step.choices


def test_gates_and_qubits(data: Data) -> None:
    step, experiment = step_of(1, 5)
    test, number = data(experiment.data).test, 11
    assert test.bits[example_of(step)].sum() == 2
    assert "the two X gates" in step.look
    assert not test.bits[number - 1].any()
    states(step.answer, f"Test image {number}")
    chosen(step, f"{experiment.data.n_pixels} wires without a gate")
    step, experiment = step_of(1, 6)
    few, layers = experiment.data.n_pixels, experiment.circuit.n_layers
    states(step.answer, f"{few} pixels × {layers} layers = {few * layers}", f"{few} + 1 = {few + 1} qubits")
    states(step.answer, f"784 × {layers} = {784 * layers:,}", f"{784 + 1} qubits")
    chosen(step, f"{few * layers} here, {784 * layers:,} for 28×28")


def test_one_gate_alone(data: Data, run: Run) -> None:
    step, experiment = step_of(1, 7)
    exponents, bits = exponents_of(run(experiment)), data(experiment.data).test.bits[example_of(step)]
    states(step.text, f"of the {exponents.size}", f"other {exponents.size - 1}")
    assert expectation(experiment.circuit, exponents, bits[None])[0] < 0, "it says 6"
    second, first = (scan(experiment, exponents, bits, layer) for layer in (2, 1))
    assert (second.min(), second.max()) == pytest.approx((-1, 1), abs=0.01)
    assert np.ptp(first) < VISIBLE
    assert first.max() < 0 < second.max()
    chosen(step, "In layer 2 only")


def test_sure_and_wrong(data: Data, run: Run) -> None:
    step, experiment = step_of(1, 8)
    dataset, image = data(experiment.data), example_of(step)
    bits = dataset.test.bits[image]
    assert not dataset.test.labels[image]
    assert expectation(experiment.circuit, exponents_of(run(experiment)), bits[None])[0] > 0.98
    assert bits.sum() == 1
    threes, sixes = with_bits(dataset.train, bits)
    states(step.answer, f"{threes + sixes} training images", f"{threes} of them are 3s")
    assert threes > 0.9 * (threes + sixes)
    chosen(step, "The bits: most were 3s")


# 2. Teach it and find its limit


def test_a_first_training_and_its_limit(data: Data, run: Run) -> None:
    step, experiment = step_of(2, 1)
    n_exponents = experiment.circuit.n_layers * experiment.data.n_pixels
    states(step.text, f"{n_exponents} exponents", f"{experiment.batch_size} images")
    for seed, words in enumerate(("About {} %", "seed 1 with about {} %", "seed 2 with about {} %")):
        states(step.answer, words.format(whole(first_accuracy(replace(experiment, seed=seed), data))))
    chosen(step, f"About {whole(first_accuracy(experiment, data))} %: it is luck")
    step, experiment = step_of(2, 2)
    training, dataset = run(experiment), data(experiment.data)
    states(step.text, f"{len(dataset.train):,} images")
    states(step.text, f"In {training.total_steps} steps")
    states(step.look, f"at step {training.total_steps}")
    accuracy, ceiling = accuracy_of(training), dataset.counts.accuracy_ceiling
    states(step.answer, percent(accuracy), percent(ceiling), f"these {len(dataset.test):,} test images")
    hindsight = percent(dataset.counts.accuracy_ceiling_train)
    states(step.answer, f"over the {dataset.counts.n_train_filtered:,} training images it is {hindsight}")
    assert round(100 * (ceiling - accuracy)) == 2
    assert "about two percentage points below" in step.answer
    assert "two percentage points above where the network ends" in step.question
    chosen(step, "The best, in hindsight")


def test_mistakes(data: Data, run: Run) -> None:
    step, experiment = step_of(2, 3)
    dataset = data(experiment.data)
    misread = ~dataset.test.labels & (run(experiment).model.scores(dataset.test) > 0)
    train = [with_bits(dataset.train, bits) for bits in dataset.test.bits[misread]]
    states(step.answer, f"{sum(threes > sixes for threes, sixes in train)} of these {misread.sum()} images")
    assert sum(threes > sixes for threes, sixes in train) > misread.sum() / 2
    chosen(step, "Such bits were mostly 3s")


def test_the_highest_ceiling(data: Data, run: Run) -> None:
    step, experiment = step_of(2, 4)
    states(step.text, f"{len(data(experiment.data).test):,} test images")
    ceilings = data(experiment.data).gray.ceilings(THRESHOLDS)
    best = THRESHOLDS[int(np.argmax(ceilings))]
    there = replace(experiment, data=replace(experiment.data, threshold=best))
    accuracies = [accuracy_of(run(one)) for one in (there, experiment)]
    states(step.answer, f"At {best:g}, where it is {percent(ceilings.max())}", f"about {whole(accuracies[0])} %")
    assert 0 < accuracies[0] - accuracies[1] < 0.01 < ceilings.max() - data(experiment.data).counts.accuracy_ceiling
    chosen(step, f"At {best:g}, but hardly better")
    assert f"At {experiment.data.threshold:g}, where it was" in step.choices
    assert ceilings.max() - accuracies[0] > data(experiment.data).counts.accuracy_ceiling - accuracies[1]


def test_patience_layers_and_pixels(data: Data, run: Run) -> None:
    step, experiment = step_of(2, 5)
    states(step.text, f"{experiment.epochs} times instead of {TUTORIAL.epochs}")
    reel = played(experiment, data(experiment.data))
    after_third = reel.accuracy[reel.steps >= 3 * steps_an_epoch(experiment, len(data(experiment.data).train))]
    states(step.answer, f"between about {whole(after_third.min())} and {whole(after_third.max())} %")
    assert after_third.max() < data(experiment.data).counts.accuracy_ceiling
    early, late = np.array_split(after_third, 2)
    assert early.min() < late.max(), "it does not fall and fall"
    assert late.min() < early.max(), "nor come ever closer"
    chosen(step, "No: it goes up and down")

    step, experiment = step_of(2, 6)
    states(step.text, f"{run(experiment).model.n_parameters} exponents")
    losses = [run(one).history.epochs[-1].val_loss for one in (experiment, TUTORIAL)]
    states(
        step.answer, "about {:.2f} instead of {:.2f}".format(*losses), f"about {percent(accuracy_of(run(experiment)))}"
    )
    assert losses[0] < losses[1]
    assert accuracy_of(run(experiment)) < accuracy_of(run(TUTORIAL))
    assert experiment.data == TUTORIAL.data, "the line has not moved"
    chosen(step, "The loss, not the accuracy")

    step, experiment = step_of(2, 7)
    states(step.text, f"{experiment.data.n_pixels} bits")
    counts, few = data(experiment.data).counts, data(TUTORIAL.data).counts
    assert counts.accuracy_ceiling == 1
    once = f"{counts.test_patterns_seen_once:,} of the {counts.n_test_patterns:,} test patterns"
    states(step.answer, f"{once} ({whole(counts.test_patterns_seen_once / counts.n_test_patterns)} %)")
    assert counts.test_patterns_seen_once > counts.n_test_patterns / 2
    chosen(step, "More bits; no")
    states(step.answer, f"only {few.test_patterns_seen_once} test images have bits of their own")
    states(step.answer, f"logistic regression ({percent(accuracy_of(run(TUTORIAL.rival('logistic'))))})")
    states(step.answer, f"a plain table of the training patterns ({percent(few.lookup_accuracy)})")
    states(step.answer, f"the training images themselves give {percent(few.accuracy_ceiling_train)}")
    states(step.answer, "100 %", f"about {whole(accuracy_of(run(experiment)))} %")


def test_five_seeds(data: Data, run: Run) -> None:
    step, experiment = step_of(2, 8)
    seeds = experiments(experiment, int(step.address["show-seeds"]))
    logistic, qnn = ([accuracy_of(run(one)) for one in seeds[model]] for model in ("logistic", "qnn"))
    assert len(qnn) == 5
    assert percent(min(logistic)) == percent(max(logistic))
    states(step.answer, f"{percent(max(logistic))} right with every seed")
    low, high = (f"{100 * accuracy:.1f}" for accuracy in (min(qnn), max(qnn)))
    states(step.answer, f"the quantum network between about {low} and {high} %")
    rights = [
        np.array([right_of(run(one), data(one.input).test) for one in seeds[model]]) for model in ("logistic", "qnn")
    ]
    paired = metrics.paired_over_seeds(*rights)
    assert paired.difference > 0
    states(step.answer, f"({p_words(paired.p)})")
    assert np.ptp(qnn) > 0.01, "more than the fair network, by the README, and logistic regression"
    chosen(step, "Neither")


# 3. Why it can fail


def test_16_pixels_and_784(data: Data, run: Run) -> None:
    step, experiment = step_of(3, 1)
    losses = [event.loss for event in Training(experiment, dataset=data(experiment.data)) if isinstance(event, Step)]
    assert np.mean(losses[:200]) == pytest.approx(1, abs=0.02)
    assert np.mean(losses[-200:]) < 0.4
    wide = replace(experiment.data, size=28)
    assert data(wide).counts.n_test_patterns == len(data(wide).test), "no two test images have the same bits"
    states(step.answer, f"{784 // experiment.data.n_pixels} times", percent(accuracy_of(run(experiment))))
    first = step

    step, experiment = step_of(3, 2)
    training, dataset = Training(experiment, dataset=data(experiment.data)), data(experiment.data)
    losses = [event.loss for event in training if isinstance(event, Step)]
    states(step.text, f"{experiment.data.n_pixels + 1} qubits", f"{training.model.n_parameters:,} exponents")
    assert dataset.counts.accuracy_ceiling == 1
    assert {f"{loss:.1f}" for loss in losses} == {"1.0"}
    states(first.answer, "about 50 %")
    states(step.answer, "stays at 1.0", "about 50 %")
    assert accuracy_of(training) == pytest.approx(0.5, abs=0.01)
    scores = training.model.scores(dataset.test)
    assert np.abs(scores).max() < 1e-60
    assert metrics.says_first(scores).any()
    assert not metrics.says_first(scores).all()
    chosen(first, "About 50 %")
    chosen(step, "Nothing at all")


def test_a_gate_of_785_qubits_from_either_start(data: Data) -> None:
    (before, uniform), (step, small) = step_of(3, 3), step_of(3, 8)
    bits = data(small.data).test.bits[0]
    flat, wave = (scan(one, initial_exponents(one), bits, 2) for one in (uniform, small))
    assert np.abs(flat).max() < 1e-60
    assert (wave.min(), wave.max()) == pytest.approx((-1, 1), abs=0.01)
    assert "the same gate as in step 3" in step.text
    assert read_clock(small.circuit, initial_exponents(small)).damping == pytest.approx(1, abs=0.01)
    assert first_accuracy(small, data) == pytest.approx(0.5, abs=0.02)
    chosen(before, "Nothing: no way is better")
    chosen(step_of(3, 7)[0], "R begins close to 1")
    chosen(step, "This gate moves ⟨Z⟩")


def test_where_the_signal_goes() -> None:
    step, experiment = step_of(3, 4)
    sizes = {size: replace(experiment, data=DataConfig(size=size)) for size in (4, 6, 8, 10, 28)}
    damping = {size: read_clock(one.circuit, initial_exponents(one)).damping for size, one in sizes.items()}
    states(step.answer, f"R is {damping[4]:.2f}")
    for size in (6, 8, 10):
        states(step.answer, f"{magnitude(damping[size])} at {size}×{size}")
    assert damping[28] ** (1 / 784) == pytest.approx(0.8, abs=0.01)
    states(step.answer, f"0.8 to the 16th is about {0.8**16:.2f}")
    decades = 784 * math.log10(0.8)
    states(
        step.answer, f"about {power_of_ten(round(decades))}", f"some {power_of_ten(round(-2 * decades))} measurements"
    )
    chosen(step, f"About {0.8**16:.2f} and {power_of_ten(round(decades))}")
    assert f"About {0.8 / 16:.2f} and {0.8 / 784:.3f}" in step.choices, "as if it were divided"
    assert f"About {0.8**16:.2f} and {0.8**16 * 16 / 784:.4f}" in step.choices, "as if it went on like that"


def test_how_fast_it_is_lost(mnist: Mnist) -> None:
    step, experiment = step_of(3, 5)
    sizes = (4, 8, 10, 12, 16)
    spreads = summarise(results(measure(experiment, mnist, SPREAD_SEEDS.default, sizes)), experiment.circuit, sizes)
    halved = halving_gradient(972)
    states(step.answer, f"crosses {magnitude(halved)}", "the tutorial's 972 steps less than half as long")
    median = {one.size: one.median for one in spreads["gradient"]["uniform"]}
    assert median[8] > halved > median[10]
    assert "the median before 10×10" in step.answer
    assert all(law.values[10] > halved > law.values[12] for law in laws("gradient"))
    assert "the theory's lines between 10×10 and 12×12" in step.answer
    for law in laws("gradient"):
        pixels = np.square(list(law.values))
        shares = np.diff(np.log(list(law.values.values()))) / np.diff(pixels)
        np.testing.assert_allclose(shares, shares[0], rtol=0.01)
    chosen(step, "The same share")
    for quantity in spreads.values():
        level = [one.rms for one in quantity["small"]]
        assert max(level) < 1.5 * min(level)


def test_on_the_edge(run: Run) -> None:
    step, experiment = step_of(3, 6)

    def six(size: int) -> list[float]:
        edge = replace(experiment, data=replace(experiment.data, size=size))
        return [accuracy_of(run(replace(edge, seed=seed))) for seed in range(6)]

    zero, one, two, *rest = six(experiment.data.size)
    states(step.answer, f"seed 0 reaches about {whole(zero)} % and seed 2 about {whole(two)} %")
    others = (one, *rest)
    states(step.answer, f"other four stay between about {whole(min(others))} and {whole(max(others))} %")
    assert six(10) == pytest.approx([0.5] * 6, abs=0.02)
    assert zero > 0.9 > max(two, *others) + 0.2
    chosen(step, "One, and none")


def test_a_small_start_and_what_it_is_worth(data: Data, run: Run) -> None:
    step, experiment = step_of(3, 7)
    states(step.text, f"{run(experiment).model.n_parameters:,} exponents")
    states(step.answer, f"about {whole(accuracy_of(run(experiment)))} %")
    step, same = step_of(3, 9)
    assert same == experiment
    logistic = run(experiment.rival("logistic"))
    states(step.text, f"{experiment.data.n_pixels} bits", f"{logistic.model.n_parameters} numbers", "1,568")
    states(step.answer, f"logistic regression gets about {percent(accuracy_of(logistic))} right")
    test = data(experiment.data).test
    table = metrics.disagreements(right_of(logistic, test), right_of(run(experiment), test))
    states(step.answer, f"On {table[0, 1]} images only the first is right, on {table[1, 0]} only the second")
    assert metrics.mcnemar(int(table[0, 1]), int(table[1, 0])) > LEVEL
    states(step.answer, f"the quantum network about {percent(accuracy_of(run(experiment)))}")
    assert accuracy_of(run(experiment)) < accuracy_of(logistic)
    chosen(step, "No; this computer")


# 4. A digit of your own


def test_an_upright_1_lights_no_pixel() -> None:
    step, experiment = step_of(4, 2)
    assert "one straight line" in step.text
    for brush in (8, 16, 28, 48):
        pad = np.zeros((280, 280))
        pad[40:240, 140 - brush // 2 : 140 + brush // 2] = 1
        image = centred(pad)
        assert not as_examples(image[None], np.array([True]), experiment.data).bits.any()
        assert image.any()


def test_digits_that_no_network_was_taught(mnist: Mnist, run: Run) -> None:
    step, experiment = step_of(4, 2)
    for one in (experiment, experiment.rival("logistic"), other_qnn(experiment)):
        eights = prepare(mnist, replace(one.data, digits=(8, experiment.data.digits[1]))).test
        eights = Examples(*(part[eights.labels] for part in (eights.images, eights.bits, eights.labels)))
        is_logit = one.model != "qnn"
        sure = np.array([metrics.confidence(score, is_logit) for score in run(one).model.scores(eights)])
        assert (sure > 0.8).mean() > 0.2, "one in five, and half of them for the quantum networks"
    chosen(step, "3 or 6, often quite sure")


def test_verdicts(data: Data, run: Run) -> None:
    step, experiment = step_of(4, 1)
    accuracies = [accuracy_of(run(one)) for one in (experiment, experiment.rival("logistic"))]
    states(step.answer, f"about {whole(min(accuracies))} to {whole(max(accuracies))} %")
    assert "28×28 bits. Both classify more than 99 %" in step.answer
    assert accuracy_of(run(other_qnn(experiment))) > 0.99
    chosen(step, "One with the whole image")
    step, experiment = step_of(4, 3)
    test, image = data(experiment.data).test, example_of(step)
    score = run(experiment).model.scores(test)[image]
    assert score > 0, "it says 3"
    assert not test.labels[image]
    states(step.question, f"about {whole(metrics.confidence(score, is_logit=False))} %")
    chosen(step, "One measurement says 3")
    assert accuracies[0] < 0.95, "99 of 100 answers are not right"

    step, other = step_of(4, 4)
    states(step.text, f"{other.data.threshold:g}: more")
    assert data(other.data).test.bits[image].sum() > test.bits[image].sum()
    assert other.rival("cnn") == experiment.rival("cnn")
    assert other_qnn(other) != other_qnn(experiment)
    chosen(step, "Full CNN: it reads gray")
    for before, after in ((experiment, other), (experiment.rival("logistic"), other.rival("logistic"))):
        assert before != after
        first, second = (run(one).model.scores(data(one.data).test)[image] for one in (before, after))
        assert abs(first - second) > 0.01
