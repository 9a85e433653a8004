from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.progress import Progress
from qmnist_core.studies import sweep
from qmnist_core.studies.sweep import Choice, Measurement, Measurements, Refusal, runs, too_much
from qmnist_core.training.loop import Training

FEW = Experiment(data=DataConfig(n_examples=200), epochs=1, seed=7)
HALF = np.arange(8) < 4
SMALL = Choice((4, 2), ("bits", "angle"), ("sample", "area"), 1)


def done(wanted: tuple[Experiment, ...], mnist: Mnist, kept: Measurements) -> int:
    """Measure to the end; the number of steps."""
    return list(sweep.measure(wanted, mnist, kept))[-1].done


def test_every_combination_once_small_images_first() -> None:
    wanted = runs(FEW, Choice((28, 2), ("bits", "angle"), ("sample", "area"), 3))
    assert [one.data.size for one in wanted] == [2] * 12 + [28] * 6, "at 28×28 nothing is resized"
    assert len(set(wanted)) == len(wanted)
    assert {(one.backend, one.init, one.model) for one in wanted} == {("exact", "small", "qnn")}
    assert [one.seed for one in wanted[:3]] == [7, 8, 9]
    assert [one.circuit.encoding for one in wanted[:6]] == ["bits"] * 3 + ["angle"] * 3
    other = runs(replace(FEW, data=replace(FEW.data, size=9, resize="area"), init="uniform"), Choice((2,)))
    assert other == runs(FEW, Choice((2,))), "the panel's size, resizing and first angles do not matter"


def test_a_measurement_is_a_training(mnist: Mnist) -> None:
    kept = Measurements()
    wanted = runs(FEW, SMALL)
    n = done(wanted, mnist, kept)
    assert n > len(wanted)
    for one in wanted:
        measured = kept.get(one)
        assert isinstance(measured, Measurement)
        training = Training(one, mnist)
        list(training)
        assert training.outcome is not None
        assert measured.accuracy == training.outcome.accuracy  # type: ignore[union-attr]
        assert measured.n_parameters == 2 * one.data.n_pixels
        assert measured.seconds > 0
    lines = sweep.collect(FEW, SMALL, kept)
    assert [(line.encoding, line.resize) for line in lines] == SMALL.lines
    assert [line.sizes for line in lines] == [[2, 4]] * 4
    assert lines[0].ceilings[4] == pytest.approx(0.9228, abs=5e-5), "the tutorial's own"


def test_what_is_known_is_not_measured_again(mnist: Mnist) -> None:
    kept = Measurements()
    wanted = runs(FEW, SMALL)
    for one in wanted[1:]:
        kept.put(one, Measurement(0.5, 1.0, 8, 0.6, HALF, 0.5))
    steps = sweep.measure(wanted, mnist, kept)
    first = next(steps)
    kept.put(wanted[0], Measurement(0.25, 1.0, 8, 0.6, HALF, 0.5))  # by another session, meanwhile
    assert first.done == 1
    assert list(steps) == [Progress(first.of, first.of)], "it is not trained again"
    assert kept.get(wanted[0]) == Measurement(0.25, 1.0, 8, 0.6, HALF, 0.5)
    assert done(wanted, mnist, kept) == 1


def test_a_size_without_enough_images_is_refused_and_the_others_measured(mnist: Mnist) -> None:
    base = Experiment(data=DataConfig(n_examples=7000), epochs=1)
    kept, wanted = Measurements(), runs(base, Choice((2, 4), n_seeds=1))
    done(wanted, mnist, kept)
    refused = kept.get(wanted[0])
    assert isinstance(refused, Refusal)
    assert refused.reason.startswith("there are 6,570 training images, 7,000 were asked for")
    assert isinstance(kept.get(wanted[1]), Measurement)


def test_a_training_that_fails_is_refused(mnist: Mnist) -> None:
    class Broken(Training):
        def __iter__(self):  # type: ignore[no-untyped-def]
            events = super().__iter__()
            yield next(events)
            self.model.exponents[...] = np.nan  # type: ignore[attr-defined]
            yield from events

    kept, wanted = Measurements(), runs(FEW, Choice((2,), n_seeds=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "Training", Broken)
        done(wanted, mnist, kept)
    refused = kept.get(wanted[0])
    assert isinstance(refused, Refusal)
    assert "lower the learning rate" in refused.reason


def test_what_takes_too_long_is_left_out() -> None:
    deep = replace(FEW, circuit=CircuitConfig(("XX", "ZZ") * 3), epochs=1000)
    whole = runs(deep, Choice((28,), ("angle",), n_seeds=1))[0]
    refused = too_much(whole, 12_000)
    assert refused is not None
    assert refused.reason.startswith("one training would take about ")
    assert too_much(runs(FEW, Choice((28,), ("angle",), n_seeds=1))[0], 12_000) is None
    one_step = replace(whole, epochs=1, batch_size=3_000)
    refused = too_much(one_step, 3_000)
    assert refused is not None
    assert "one training step would take about" in refused.reason
    deeper = replace(whole, circuit=CircuitConfig(("XX", "ZZ") * 5))
    refused = too_much(deeper, 12_000)
    assert refused is not None
    assert "GiB" in refused.reason


def test_more_trainings_are_expected_to_take_longer() -> None:
    times = [
        sweep.expected_seconds(runs(FEW, choice), 200)
        for choice in (Choice((2,)), Choice((2, 28)), Choice((2, 28), ("bits", "angle")))
    ]
    assert times == sorted(times)
    assert times[0] > 0


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "MAX_KEPT", 2)
    kept = Measurements()
    for seed in range(3):
        kept.put(replace(FEW, seed=seed), Refusal(str(seed)))
    assert [kept.get(replace(FEW, seed=seed)) for seed in range(3)] == [None, Refusal("1"), Refusal("2")]
