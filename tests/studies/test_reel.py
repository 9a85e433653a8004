"""A training as it is played: what its figures are, and what the browser gets."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmnist_core import metrics
from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.metrics import OUTPUT_EDGES
from qmnist_core.plots.outputs import histogram
from qmnist_core.simulators import expectation
from qmnist_core.simulators.clock import read_clock
from qmnist_core.simulators.compiled import tally
from qmnist_core.studies.reel import HALF_TURN, MOST_EXPONENTS, Reel, clock_reel, over_time, packed, spread, whole
from qmnist_core.training.history import Moment
from qmnist_core.training.loop import Training

SMALL = Experiment(data=DataConfig(n_examples=320), epochs=2)


def moments_of(experiment: Experiment, dataset: Dataset) -> tuple[list[Moment], Training]:
    training = Training(experiment, dataset=dataset)
    kept = [Moment(0, training.model.weights()["exponents"])]
    for _ in training:
        step = len(training.history.losses)
        if step > kept[-1].step:
            kept.append(Moment(step, training.model.weights()["exponents"]))
    return kept, training


@pytest.fixture(scope="module")
def played(mnist: Mnist) -> tuple[Reel, list[Moment], Training, Dataset]:
    dataset = prepare(mnist, SMALL.data)
    moments, training = moments_of(SMALL, dataset)
    return Reel.of(SMALL, moments, dataset), moments, training, dataset


def test_every_step_has_the_figures_of_its_exponents(played: Any) -> None:
    reel, moments, training, dataset = played
    assert reel.steps.tolist() == list(range(21))
    for frame in (0, 7, 20):
        scores = expectation(SMALL.circuit, moments[frame].exponents, dataset.test.bits)
        np.testing.assert_allclose(reel.scores(frame), scores, rtol=0, atol=1e-12)
        assert reel.accuracy[frame] == metrics.accuracy(scores, dataset.test.targets)
        assert reel.loss[frame] == pytest.approx(metrics.hinge_loss(scores, dataset.test.targets))
        np.testing.assert_array_equal(reel.confusion[frame], metrics.confusion(scores, dataset.test.targets))
        labels = dataset.test.labels
        np.testing.assert_array_equal(reel.counts[frame], [histogram(scores[labels]), histogram(scores[~labels])])
    ends = [epoch.val_accuracy for epoch in training.history.epochs]
    assert [reel.accuracy[10], reel.accuracy[20]] == ends


def test_an_image_is_followed_through_all_steps(played: Any) -> None:
    reel, moments, _, dataset = played
    alone = [expectation(SMALL.circuit, moment.exponents, dataset.test.bits[5][None])[0] for moment in moments]
    np.testing.assert_allclose(reel.of_image(5), alone, rtol=0, atol=1e-12)
    np.testing.assert_allclose(over_time(SMALL, reel, dataset.test.bits[5]), alone, rtol=0, atol=1e-12)


def test_a_cursor_means_the_last_kept_step_at_or_before_it(played: Any) -> None:
    reel = replace(played[0], steps=np.arange(21) * 4)
    assert [reel.frame(step) for step in (0, 3, 4, 80, 10_000, None)] == [0, 0, 1, 20, 20, 20]


def test_a_long_or_heavy_training_keeps_fewer_steps_and_both_ends(mnist: Mnist) -> None:
    experiment = Experiment(data=DataConfig(size=28, n_examples=5), circuit=CircuitConfig(("XX", "ZZ", "XX")))
    dataset = prepare(mnist, experiment.data)
    rng = np.random.default_rng(0)
    moments = [Moment(step, rng.uniform(-1, 1, (3, 784))) for step in range(0, 400, 2)]
    reel = Reel.of(experiment, moments, dataset)
    assert 2 < len(reel.steps) <= MOST_EXPONENTS // (3 * 784)
    assert (reel.steps[0], reel.steps[-1]) == (0, 398)
    assert set(reel.steps) <= {moment.step for moment in moments}


def test_what_is_kept_is_spread_evenly() -> None:
    assert spread(4, 9).tolist() == [0, 1, 2, 3]
    assert spread(9, 3).tolist() == [0, 4, 8]
    assert spread(1000, 2).tolist() == [0, 999]


def unpacked(content: bytes) -> dict[str, Array]:
    plain = gzip.decompress(content)
    end = plain.index(b"\n")
    found, at = {}, end + 1
    for name, (kind, *shape) in json.loads(plain[:end]).items():
        width = int(kind[1])
        assert at % width == 0, "a browser reads arrays at multiples of their width only"
        n = int(np.prod(shape))
        found[name] = np.frombuffer(plain, f"<{kind}", n, at).reshape(shape)
        at += n * width
    assert at == len(plain)
    return found


def test_the_browser_gets_the_same_numbers(played: Any) -> None:
    reel = played[0]
    arrays = unpacked(packed(reel))
    np.testing.assert_array_equal(arrays["steps"], reel.steps)
    np.testing.assert_allclose(arrays["accuracy"], reel.accuracy, rtol=1e-7)
    np.testing.assert_allclose(arrays["loss"], reel.loss, rtol=1e-7)
    np.testing.assert_array_equal(arrays["counts"], reel.counts)
    np.testing.assert_array_equal(arrays["confusion"].reshape(-1, 2, 2), reel.confusion)
    turned = arrays["exponents"] / HALF_TURN - reel.exponents
    assert np.abs(turned - 2 * np.round(turned / 2)).max() <= 0.5 / HALF_TURN + 1e-12


@pytest.mark.parametrize(("size", "most"), [(4, 400_000), (28, 1_500_000)])
def test_it_is_small(mnist: Mnist, size: int, most: int) -> None:
    """Of the tutorial's epochs; at 28×28 noise in place of a training, which packs worse."""
    experiment = Experiment(data=DataConfig(size=size))
    dataset = prepare(mnist, experiment.data)
    if size == 4:
        moments, _ = moments_of(experiment, dataset)
    else:
        rng = np.random.default_rng(0)
        moments = [Moment(step, rng.uniform(-1, 1, (2, 784))) for step in range(1000)]
    assert len(packed(Reel.of(experiment, moments, dataset))) < most


def test_rounding_errors_beyond_one_are_taken_in() -> None:
    assert whole(np.array([1 + 1e-9, -1 - 1e-9, 0.0])).tolist() == [HALF_TURN, -HALF_TURN, 0]


def test_the_clock_at_every_step_is_that_of_its_exponents(played: Any) -> None:
    reel, moments, _, dataset = played
    content = gzip.decompress(clock_reel(SMALL.circuit, reel))
    end = content.index(b"\n") + 1
    found, at = {}, end
    for name, (kind, *shape) in json.loads(content[:end]).items():
        found[name] = np.frombuffer(content, f"<{kind}", int(np.prod(shape)), at).reshape(shape)
        at += found[name].nbytes
    assert at == len(content)
    assert found["steps"].tolist() == reel.steps.tolist()
    for frame in (0, 20):
        clock = read_clock(SMALL.circuit, moments[frame].exponents)
        np.testing.assert_allclose(found["exponents"][frame, 0] / HALF_TURN, clock.angles / np.pi, atol=1 / HALF_TURN)
        np.testing.assert_allclose(found["exponents"][frame, 1] / HALF_TURN, clock.lighting / np.pi, atol=1 / HALF_TURN)
        np.testing.assert_allclose(found["lengths"][frame] / HALF_TURN, clock.lengths, atol=1 / HALF_TURN)
        turned = found["exponents"][frame, 0] * np.pi / HALF_TURN @ (1.0 - 2.0 * dataset.test.bits[3])
        value = -np.prod(found["lengths"][frame] / HALF_TURN) * np.cos(turned)
        assert value == pytest.approx(reel.of_image(3)[frame], abs=1e-3)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1, 1) | st.sampled_from([*OUTPUT_EDGES, *np.nextafter(OUTPUT_EDGES, 0)]), min_size=1))
def test_bins_have_their_upper_edges(scores: list[float]) -> None:
    """Also where a score is an edge, or next to one."""
    patterns, each = np.array([scores]), np.ones(len(scores), int)
    counts, _ = tally(patterns, each, 0 * each, OUTPUT_EDGES)
    np.testing.assert_array_equal(counts[0, 0], histogram(patterns[0]))
    assert not counts[0, 1].any()
