"""The atlas: what is trained and what not, that it goes on where it was stopped, and who is best."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from qmnist_core.circuits.dependence import depends_on_image, effective_numbers
from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import ConfigError
from qmnist_core.progress import Progress
from qmnist_core.studies import atlas as study
from qmnist_core.studies.atlas import MISSING, N_BEST, STARTS, Atlas, Piece, atlas, begin, measure, stacks_of
from qmnist_core.studies.atlas_file import SHIPPED, read_atlas
from qmnist_core.studies.search import test_images, without_test
from qmnist_core.training.loop import Training

test_images.__test__ = False  # type: ignore[attr-defined]  # a function, no test
SEEDS = 3


@pytest.fixture(scope="module")
def few(mnist: Mnist) -> Mnist:
    return Mnist(mnist.x_train[:5000], mnist.y_train[:5000], mnist.x_test[:1000], mnist.y_test[:1000])


@pytest.fixture(scope="module")
def small(few: Mnist) -> Atlas:
    """Of one layer, whole."""
    return last(few, begin(few, SEEDS, 1))


def last(mnist: Mnist, begun: Atlas) -> Atlas:
    return [item for item in atlas(mnist, begun) if isinstance(item, Atlas)][-1]


def assert_equal(one: Atlas, other: Atlas) -> None:
    """In all but the time."""
    for name in ("numbers", "depends", "right", "tested"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert replace_arrays(one) == replace_arrays(other)


def replace_arrays(one: Atlas) -> tuple[object, ...]:
    return one.n_seeds, one.most_layers, one.n_validation, one.n_test, one.versions


def test_there_are_819_stacks_each_once() -> None:
    stacks = stacks_of(3)
    assert len(stacks) == len(set(stacks)) == 9 + 81 + 729
    assert stacks[:2] == (("XX",), ("XY",))
    assert stacks[9] == ("XX", "XX")
    assert stacks[-1] == ("ZZ", "ZZ", "ZZ")


def test_a_piece_is_what_each_training_alone_gives(mnist: Mnist) -> None:
    dataset, test = prepare(without_test(mnist), study.BASE.data), test_images(mnist, study.BASE.data)
    piece = Piece(("ZY", "XX"), "small", (3, 4), is_test=True)
    found = measure(piece, dataset, test)
    for place, seed in enumerate(piece.seeds):
        training = Training(
            Experiment(circuit=CircuitConfig(piece.layers), init=piece.start, seed=seed), dataset=dataset
        )
        list(training)
        for row, images in enumerate((dataset.test, test)):
            _, accuracy = training.model.evaluate(training.model.prepare(images))
            assert found[row, place] == round(accuracy * len(images))
    assert measure(replace(piece, is_test=False), dataset, test).tolist() == found[:1].tolist()


def test_a_piece_can_be_sent_elsewhere(few: Mnist) -> None:
    dataset, test = prepare(without_test(few), study.BASE.data), test_images(few, study.BASE.data)
    piece = Piece(("ZZ",), "uniform", (0, 1))
    sent = pickle.loads(pickle.dumps((measure, piece, dataset, test)))
    np.testing.assert_array_equal(sent[0](*sent[1:]), measure(piece, dataset, test))


def test_only_what_can_depend_on_the_image_is_trained_and_the_test_comes_last(few: Mnist) -> None:
    items = list(atlas(few, begin(few, SEEDS, 1)))
    progress = [item for item in items if isinstance(item, Progress)]
    assert [(one.done, one.of) for one in progress] == [(done, 8) for done in range(1, 9)]
    seen = [item for item in items if isinstance(item, Atlas)]
    assert [one.n_left for one in seen] == list(range(7, -1, -1))
    for one in seen[:3]:
        assert (one.tested == MISSING).all()
        assert not any(piece.is_test for piece in one.left())
    assert all(piece.is_test and piece.seeds == (3, 4, 5) for piece in seen[3].left())
    whole = seen[-1]
    assert [whole.stacks[i] for i in np.flatnonzero(whole.depends)] == [("ZY",), ("ZZ",)]
    assert (whole.right[:, ~whole.depends] == MISSING).all()
    assert np.isnan(whole.accuracy("small")[~whole.depends]).all()
    assert whole.left() == []
    assert whole.seconds > 0
    assert [item for item in atlas(few, whole) if isinstance(item, Atlas)] == [whole]


@pytest.mark.parametrize("stopped_after", [1, 4, 6])
def test_it_goes_on_where_it_was_stopped(few: Mnist, small: Atlas, stopped_after: int) -> None:
    computation = atlas(few, begin(few, SEEDS, 1))
    begun = [item for item in (next(computation) for _ in range(2 * stopped_after)) if isinstance(item, Atlas)][-1]
    assert begun.n_left == 8 - stopped_after
    assert_equal(last(few, begun), small)


def test_a_stack_that_sees_nothing_answers_always_the_same(few: Mnist, small: Atlas) -> None:
    labels = prepare(without_test(few), study.BASE.data).test.labels
    dataset = prepare(without_test(few), study.BASE.data)
    assert small.constant == (labels.mean(), 1 - labels.mean())
    for layers in (("XX",), ("ZX",), ("YZ", "XX")):
        for start in STARTS:
            found = measure(Piece(layers, start, (0, 1, 2, 3)), dataset, dataset.test)
            assert set((found / len(labels)).ravel()) <= set(small.constant)


def made(right: list[list[int]], n_best: int = 2) -> Atlas:
    """Of one layer with two seeds, as if these stacks could depend on the image; both starts alike."""
    rows = np.array(right)
    depends = np.zeros(9, bool)
    depends[: len(rows)] = True
    full = np.full((2, 9, 2), MISSING)
    full[:, : len(rows)] = rows
    tested = np.full((2, n_best, 2, 2), MISSING)
    return Atlas(2, 1, (50, 50), 80, np.ones(9, int), depends, full, tested, 0.0, ())


def test_the_best_are_different_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "N_BEST", 3)
    found = made([[70, 80], [90, 90], [70, 80], [80, 70], [90, 90]], 3)
    assert found.alike("small").tolist() == [0, 1, 0, 3, 1, 5, 6, 7, 8]
    assert found.best("uniform") == [1, 0, 3], "of those that are alike the first, of equal ones the shorter"
    monkeypatch.setattr(study, "N_BEST", 5)
    assert made([[70, 80], [90, 90], [70, 80], [80, 70], [90, 90]], 5).best("small") == [1, 0, 3, 4, 2]


def test_luck_is_what_is_lost_with_other_seeds_and_other_images() -> None:
    found = made([[90, 92], [80, 80]])
    tested = found.tested.copy()
    tested[0] = [[[88, 90], [64, 72]], [[80, 82], [64, 64]]]
    one, other = replace(found, tested=tested).finalists("uniform")
    assert one.layers == ("XX",)
    luck = found.luck([one])
    assert luck.seeds.value == pytest.approx(0.02)
    half = stats.t.ppf(0.975, 1) * math.sqrt((0.0002 + 0.0002) / 2)
    assert luck.seeds.high - luck.seeds.value == pytest.approx(half)
    assert luck.all.value == pytest.approx(0.91 - 0.85)
    assert luck.all.low < luck.seeds.low
    both = found.luck([one, other])
    assert both.seeds.value == pytest.approx(0.005)
    assert both.all.value == pytest.approx(0.855 - 0.825)


def test_intervals_hold_what_they_say() -> None:
    """95 % of them, for seeds whose accuracies are normal."""
    rng, held = np.random.default_rng(0), 0
    for _ in range(1000):
        before, after = rng.normal(0.88, 0.03, 20), rng.normal(0.87, 0.03, 20)
        difference = study._difference(before, after)
        held += difference.low <= 0.01 <= difference.high
    assert 940 <= held <= 975
    alone = study._difference(np.array([0.9]), np.array([0.8]))
    assert (alone.low, alone.high) == (-1.0, 1.0), "one seed says nothing of others"


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0, 3), "the number of seeds must be from 1 to 1,000, got 0"),
        ((1001, 3), "the number of seeds must be from 1 to 1,000, got 1001"),
        ((20, 0), "the number of layers must be from 1 to 3, got 0"),
        ((20, 4), "the number of layers must be from 1 to 3, got 4"),
    ],
)
def test_what_no_atlas_has_is_refused(few: Mnist, numbers: tuple[int, int], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        begin(few, *numbers)


# The atlas that comes with the package


@pytest.fixture(scope="module")
def shipped() -> Atlas:
    return read_atlas(SHIPPED)


def test_the_shipped_atlas_is_whole_and_small(shipped: Atlas) -> None:
    assert SHIPPED.stat().st_size <= 150_000
    assert (shipped.n_seeds, shipped.most_layers, shipped.n_left) == (20, 3, 0)
    assert [name for name, _ in shipped.versions] == ["qmnist", "python", "numpy", "numba"]
    assert shipped.seconds > 60
    assert shipped.tested.shape == (2, N_BEST, 2, 20)
    assert all(len({shipped.alike(start)[i] for i in shipped.best(start)}) == N_BEST for start in STARTS)


def test_the_shipped_atlas_has_the_algebra_right(shipped: Atlas, mnist: Mnist) -> None:
    circuits = [CircuitConfig(layers) for layers in stacks_of(3)]
    assert shipped.depends.tolist() == [depends_on_image(circuit, 16) for circuit in circuits]
    assert shipped.numbers.tolist() == [effective_numbers(circuit, 16) for circuit in circuits]
    fresh = begin(mnist, 20, 3)
    assert (fresh.n_validation, fresh.n_test) == (shipped.n_validation, shipped.n_test)


def test_a_sample_of_the_shipped_atlas_comes_out_again(shipped: Atlas, mnist: Mnist) -> None:
    """Other versions, or another machine, may round an answer near 0 to the other side."""
    dataset, test = prepare(without_test(mnist), study.BASE.data), test_images(mnist, study.BASE.data)
    same = dict(shipped.versions) == dict(study.versions())
    chance = np.random.default_rng(0)
    for s, start in enumerate(STARTS):
        for i in chance.choice(np.flatnonzero(shipped.depends), 5, replace=False):
            found = measure(Piece(shipped.stacks[i], start, tuple(range(20))), dataset, test)
            np.testing.assert_allclose(found[0], shipped.right[s, i], rtol=0, atol=0 if same else 3)
        for place in (0, 7):
            best = shipped.stacks[shipped.best(start)[place]]
            found = measure(Piece(best, start, tuple(range(20, 40)), is_test=True), dataset, test)
            np.testing.assert_allclose(found, shipped.tested[s, place], rtol=0, atol=0 if same else 3)
