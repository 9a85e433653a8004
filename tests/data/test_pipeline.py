from __future__ import annotations

import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.arrays import Array
from qmnist_core.config import CONTRADICTIONS, RESIZES, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, LabelCounts, distinct_rows, grayscale, prepare, resize
from qmnist_core.errors import ConfigError, DataError
from qmnist_core.training.events import Finished
from qmnist_core.training.loop import Training


def test_every_published_count(dataset: Dataset) -> None:
    counts = dataset.counts
    assert (counts.n_train_raw, counts.n_test_raw) == (60_000, 10_000)
    assert (counts.n_train_filtered, counts.n_test_filtered) == (12_049, 1_968)
    assert (counts.n_unique, counts.n_unique_positive, counts.n_unique_negative) == (10_387, 4_912, 5_426)
    assert (counts.n_contradictory, counts.n_kept) == (49, 10_338)
    assert (counts.n_unique_binary, counts.n_unique_binary_positive, counts.n_unique_binary_negative) == (193, 80, 69)
    assert (counts.n_contradictory_binary, counts.n_test_patterns) == (44, 115)
    assert counts.accuracy_ceiling == pytest.approx(0.9228, abs=5e-5)
    assert counts.accuracy_ceiling_train == pytest.approx(0.9130, abs=5e-5)
    assert counts.test_patterns_seen_once == 40
    assert counts.lookup_accuracy == pytest.approx(0.9157, abs=5e-5)
    assert counts.n_blank_test / counts.n_test_filtered == pytest.approx(0.086, abs=5e-4)
    assert dataset.test.bits.sum(axis=1).mean() == pytest.approx(1.87, abs=5e-3)


def test_the_first_kept_image(dataset: Dataset) -> None:
    assert bool(dataset.train.labels[0]) is True
    assert np.argwhere(dataset.train.bits[0].reshape(4, 4)).tolist() == [[2, 2], [3, 1]]


def test_types_and_shapes(dataset: Dataset) -> None:
    train = dataset.train
    assert (train.images.shape, train.images.dtype) == ((10_338, 4, 4), np.dtype(np.float32))
    assert (train.bits.shape, train.bits.dtype) == ((10_338, 16), np.dtype(np.uint8))
    assert (train.labels.shape, train.labels.dtype) == ((10_338,), np.dtype(np.bool_))


def test_contradictions_after_binarising_and_kept(mnist: Mnist) -> None:
    after = prepare(mnist, DataConfig(contradictions="after"))
    assert (after.counts.n_kept, after.counts.n_unique_binary) == (149, 193)
    assert len(np.unique(after.train.bits, axis=0)) == after.counts.n_train_patterns == 149
    kept = prepare(mnist, DataConfig(contradictions="keep"))
    assert kept.counts.n_kept == 12_049


def test_patterns_are_those_of_the_images_used(mnist: Mnist) -> None:
    few = prepare(mnist, DataConfig(n_examples=500))
    patterns: dict[tuple[int, ...], set[bool]] = {tuple(bits): set() for bits in few.train.bits.tolist()}
    for bits, label in zip(few.train.bits.tolist(), few.train.labels.tolist(), strict=True):
        patterns[tuple(bits)].add(label)
    n_both = sum(len(labels) == 2 for labels in patterns.values())
    assert (few.counts.n_unique_binary, few.counts.n_contradictory_binary) == (len(patterns), n_both) == (62, 9)
    assert few.counts.n_train_patterns == 62
    assert len(few.collisions()) == 9
    assert sum(len(one.positive_rows) + len(one.negative_rows) for one in few.collisions()) <= 500


def test_contradictory_images_by_hand() -> None:
    rows = np.array([[5], [1], [5], [2], [1], [3]], np.uint8)
    labels = np.array([True, True, True, False, False, False])
    counts = LabelCounts.of(rows, labels)
    assert (counts.n_distinct, counts.n_only_positive, counts.n_only_negative, counts.n_both) == (4, 1, 2, 1)
    assert counts.first_of_consistent().tolist() == [0, 3, 5]


@pytest.mark.parametrize("width", [1, 2, 3, 8, 9, 16, 17, 64, 65, 784])
@pytest.mark.parametrize("highest", [0, 1, 2, 255])
def test_distinct_rows_are_numpys_in_the_same_order(width: int, highest: int) -> None:
    rows = np.random.default_rng(width).integers(0, highest, (300, width), np.uint8, endpoint=True)
    rows[150:] = rows[:150]
    _, first, index = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    found = distinct_rows(rows)
    assert found[0].tolist() == first.tolist()
    assert found[1].tolist() == index.ravel().tolist()


def test_sample_at_4_is_every_seventh_pixel(mnist: Mnist) -> None:
    expected = (mnist.x_test[:100, 3::7, 3::7] / 255.0).astype(np.float32)
    np.testing.assert_array_equal(resize(mnist.x_test[:100], 4), expected)


# TensorFlow adds up areas in float32 and loses some 2e-6; ours are checked to 1e-6 below.
@pytest.mark.parametrize(("method", "name", "tolerance"), [("sample", "bilinear", 1e-6), ("area", "area", 5e-6)])
def test_resizing_equals_tensorflows_at_every_size(
    mnist: Mnist, keras: ModuleType, method: str, name: str, tolerance: float
) -> None:
    import tensorflow

    images = mnist.x_test[:200]
    for size in range(2, 29):
        theirs = tensorflow.image.resize(images[..., None] / 255.0, (size, size), method=name, antialias=False)
        ours = resize(images, size, method)
        np.testing.assert_allclose(ours, theirs.numpy()[..., 0], rtol=0, atol=tolerance, err_msg=f"size {size}")


def test_bits_at_4_equal_tensorflows_on_all_images(mnist: Mnist, keras: ModuleType) -> None:
    import tensorflow

    for images in (mnist.x_train, mnist.x_test):
        theirs = tensorflow.image.resize(images[..., None] / 255.0, (4, 4), antialias=False).numpy()[..., 0]
        np.testing.assert_array_equal(resize(images, 4) > 0.5, theirs > 0.5)


def test_area_is_the_mean_of_each_cell(mnist: Mnist) -> None:
    images = mnist.x_test[:20] / 255.0
    for size in (4, 7, 14):
        cells = images.reshape(20, size, 28 // size, size, 28 // size)
        np.testing.assert_allclose(resize(mnist.x_test[:20], size, "area"), cells.mean(axis=(2, 4)), rtol=0, atol=1e-6)
    fine = np.repeat(np.repeat(images, 5, axis=1), 5, axis=2).reshape(20, 5, 28, 5, 28)
    np.testing.assert_allclose(resize(mnist.x_test[:20], 5, "area"), fine.mean(axis=(2, 4)), rtol=0, atol=1e-6)


def test_area_keeps_the_mean_of_the_image(mnist: Mnist) -> None:
    for size in (2, 5, 28):
        means = resize(mnist.x_test[:50], size, "area").mean(axis=(1, 2))
        np.testing.assert_allclose(means, mnist.x_test[:50].mean(axis=(1, 2)) / 255, atol=1e-6)


@pytest.mark.parametrize("threshold", [0.0, 0.25, 1.0])
def test_another_threshold_from_the_same_grayscale(mnist: Mnist, dataset: Dataset, threshold: float) -> None:
    again = dataset.gray.at(threshold).binarise()
    whole = prepare(mnist, DataConfig(threshold=threshold))
    np.testing.assert_array_equal(again.train.bits, whole.train.bits)
    assert again.counts == whole.counts
    assert (again.counts.n_blank_train == len(again.train)) == (threshold == 1.0)


def test_other_digits_sizes_and_numbers(mnist: Mnist) -> None:
    data = prepare(mnist, DataConfig(digits=(6, 3), size=7, resize="area", n_examples=500))
    assert len(data.train) == data.counts.n_train == 500
    swapped = prepare(mnist, DataConfig(digits=(3, 6), size=7, resize="area", n_examples=500))
    np.testing.assert_array_equal(data.train.labels, ~swapped.train.labels)
    assert data.counts.n_unique_positive == swapped.counts.n_unique_negative


def test_what_the_ceiling_rests_on(mnist: Mnist) -> None:
    fine = prepare(mnist, DataConfig(size=8)).counts
    assert (fine.test_patterns_seen_once, fine.n_test_patterns, fine.accuracy_ceiling) == (1_766, 1_855, 1.0)
    assert fine.accuracy_ceiling_train == pytest.approx(0.9983, abs=5e-5)
    tutorial = prepare(mnist, DataConfig()).counts
    for changed in (DataConfig(contradictions="keep"), DataConfig(contradictions="after"), DataConfig(n_examples=9)):
        counts = prepare(mnist, changed).counts
        assert counts.accuracy_ceiling_train == tutorial.accuracy_ceiling_train, "of all images, before any is removed"


def test_no_accuracy_is_above_the_ceiling(mnist: Mnist) -> None:
    for size in (2, 3, 4):
        counts = prepare(mnist, DataConfig(size=size)).counts
        assert counts.lookup_accuracy <= counts.accuracy_ceiling


def test_more_examples_than_there_are(mnist: Mnist) -> None:
    with pytest.raises(
        DataError, match="there are 10,338 training images, 20,000 were asked for: ask for 10,338 at most"
    ):
        prepare(mnist, DataConfig(n_examples=20_000))


def test_a_class_the_data_does_not_have(mnist: Mnist) -> None:
    only_zeros = Mnist(mnist.x_train[:2], np.zeros(2, np.uint8), mnist.x_test[:2], np.zeros(2, np.uint8))
    with pytest.raises(
        DataError, match="the data has images of class 0 and none of class 1: choose classes that it has"
    ):
        prepare(only_zeros, DataConfig(digits=(0, 1)))


@pytest.mark.parametrize(
    "config",
    [
        DataConfig(),
        DataConfig(contradictions="after"),
        DataConfig(contradictions="after", n_examples=20, digits=(8, 1), size=3, threshold=0.3),
        DataConfig(contradictions="keep", n_examples=500, size=28),
        DataConfig(size=7, resize="area", n_examples=1),
    ],
    ids=str,
)
def test_every_example_knows_its_original(mnist: Mnist, config: DataConfig) -> None:
    data = prepare(mnist, config)
    for rows, images, labels, kept in (
        (data.train_rows, mnist.x_train, mnist.y_train, data.train),
        (data.test_rows, mnist.x_test, mnist.y_test, data.test),
        (data.gray.train_rows[: len(data.compared)], mnist.x_train, mnist.y_train, data.compared),
    ):
        np.testing.assert_array_equal(resize(images[rows], config.size, config.resize), kept.images)
        np.testing.assert_array_equal(labels[rows], np.where(kept.labels, *config.digits))
        assert (np.diff(rows) > 0).all()


@pytest.mark.parametrize("size", [2, 4, 7, 28])
def test_ceilings_are_those_of_the_counts(mnist: Mnist, size: int) -> None:
    gray = grayscale(mnist, DataConfig(size=size))
    thresholds = [0.0, 0.1, 0.5, 0.77, 1.0]
    found = gray.ceilings(thresholds)
    assert found.dtype == np.float64
    assert found.tolist() == [gray.at(threshold).binarise().counts.accuracy_ceiling for threshold in thresholds]


def test_ceilings_of_no_and_of_bad_thresholds(dataset: Dataset) -> None:
    assert dataset.gray.ceilings([]).shape == (0,)
    with pytest.raises(ConfigError, match=r"threshold must be a number from 0 to 1, got 1\.5"):
        dataset.gray.ceilings(np.array([0.5, 1.5]))


@pytest.mark.parametrize("contradictions", ["before", "after"])
def test_the_patterns_of_both_digits(mnist: Mnist, contradictions: str) -> None:
    data = prepare(mnist, DataConfig(contradictions=contradictions))
    collisions = data.collisions()
    assert len(collisions) == 44
    for collision in collisions:
        assert (collision.bits.shape, collision.bits.dtype) == ((16,), np.dtype(np.uint8))
        for digit, rows in ((3, collision.positive_rows), (6, collision.negative_rows)):
            assert (mnist.y_train[rows] == digit).all()
            images = mnist.x_train[rows, 3::7, 3::7].reshape(-1, 16)
            np.testing.assert_array_equal(images > 127, np.tile(collision.bits, (len(rows), 1)))
    sizes = [(len(collision.positive_rows), len(collision.negative_rows)) for collision in collisions]
    assert all(min(pair) >= 1 for pair in sizes)
    ranks = [(min(pair), sum(pair)) for pair in sizes]
    assert ranks == sorted(ranks, reverse=True)
    counts = LabelCounts.of(data.compared.bits, data.compared.labels)
    both = (counts.positive > 0) & (counts.negative > 0)
    assert sum(map(sum, sizes)) == (counts.positive + counts.negative)[both].sum()


def test_fine_images_have_no_collision(mnist: Mnist) -> None:
    assert prepare(mnist, DataConfig(size=28)).collisions() == ()


@pytest.mark.parametrize(
    ("size", "contradictions", "cures"),
    [
        (4, "before", "a larger size, other classes"),
        (28, "before", "other classes"),
        (28, "after", "other classes"),
    ],
)
def test_no_image_is_left_where_all_are_contradictory(size: int, contradictions: str, cures: str) -> None:
    images, labels = np.full((2, 28, 28), 255, np.uint8), np.array([3, 6], np.uint8)
    alike = Mnist(images, labels, images, labels)
    said = (
        f"no training image is left once contradictory ones are removed: choose {cures}, or keep contradictory images"
    )
    with pytest.raises(DataError, match=f"^{said}$"):
        prepare(alike, DataConfig(size=size, contradictions=contradictions))
    kept = prepare(alike, DataConfig(size=size, contradictions="keep")).counts
    assert (kept.n_train, kept.accuracy_ceiling, kept.lookup_accuracy) == (2, 0.5, 0.5)


SHADES: dict[str, Array | int] = {
    "black": 0,
    "white": 255,
    "gray": 128,
    "striped": np.arange(28)[:, None] % 2 * 255,
}
"""Images that are alike, blank ones among them."""


@st.composite
def degenerate(draw: st.DrawFn) -> Mnist:
    """Data sets of a few images, of few kinds, of classes that may be empty."""

    def part() -> tuple[Array, Array]:
        labels = draw(st.lists(st.sampled_from((3, 6, 9)), min_size=1, max_size=5))
        kinds = draw(st.lists(st.sampled_from(sorted(SHADES)), min_size=1, max_size=2))
        shades = [draw(st.sampled_from(kinds)) for _ in labels]
        images = np.stack([np.full((28, 28), SHADES[shade], np.uint8) for shade in shades])
        return images, np.array(labels, np.uint8)

    return Mnist(*part(), *part())


configs = st.builds(
    DataConfig,
    size=st.integers(2, 28),
    threshold=st.sampled_from((0.0, 0.5, 1.0)),
    resize=st.sampled_from(RESIZES),
    contradictions=st.sampled_from(CONTRADICTIONS),
)


@given(degenerate(), configs)
def test_a_degenerate_data_set_works_or_is_refused_in_a_sentence(mnist: Mnist, config: DataConfig) -> None:
    try:
        data, said = prepare(mnist, config), ""
    except DataError as refused:
        said = str(refused)
    if said:
        assert re.fullmatch("the data has images .*choose classes that it has|no training image is left .*", said)
        return
    counts = data.counts
    assert len(data.train) >= 1
    for share in (counts.accuracy_ceiling, counts.accuracy_ceiling_train, counts.lookup_accuracy):
        assert 0 <= share <= 1
    assert max(counts.lookup_accuracy, 0.5) <= counts.accuracy_ceiling
    assert counts.test_patterns_seen_once <= counts.n_test_patterns <= counts.n_test_filtered
    assert len(data.collisions()) == counts.n_contradictory_binary
    assert data.gray.ceilings([config.threshold]).tolist() == [counts.accuracy_ceiling]
    for model in ("qnn", "logistic"):
        experiment = Experiment.tutorial(model, data=config, epochs=1, **{"init": "small"} if model == "qnn" else {})
        events = list(Training(experiment, dataset=data))
        assert isinstance(events[-1], Finished)
        assert events[-1].accuracy <= counts.accuracy_ceiling
