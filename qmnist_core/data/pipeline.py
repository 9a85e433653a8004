"""From MNIST to the two-digit binary images the circuit reads, and every count on the way.

filter two digits → resize (float32 in [0, 1]) → remove contradictory images → binarise.

Everything up to the threshold is kept in a `Grayscale`, so that moving the threshold is one comparison.
Source of the steps and their order: TensorFlow Quantum's MNIST classification tutorial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qmnist_core.arrays import Array, Bits, Images, Indices, Labels, Numbers, Targets
from qmnist_core.config import IMAGE_SIDE, DataConfig, averages, removals
from qmnist_core.data.class_names import Names
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import DataError, ExamplesError

GRAY_LEVELS = (np.arange(256) / 255.0).astype(np.float32)
"""The float32 gray value in [0, 1] of each uint8 level."""


@dataclass(frozen=True)
class Examples:
    """Labelled images: `images` float32 (n, size, size) in [0, 1], `bits` uint8 (n, size²), 0 or 1
    in row-major pixel order, `labels` bool (n,), True for the first digit."""

    images: Images
    bits: Bits
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def targets(self) -> Targets:
        """float64 (n,): +1 for the first digit, −1 for the second."""
        return np.where(self.labels, 1.0, -1.0)

    def seen(self, gray: bool) -> Array:
        """What a model reads, gray values or bits: (n, size, size)."""
        return self.images if gray else self.bits.reshape(self.images.shape)

    def first(self, n: int | None) -> Examples:
        """The first n examples, all of them for None."""
        return self if n is None else Examples(self.images[:n], self.bits[:n], self.labels[:n])


@dataclass(frozen=True)
class Counts:
    """How many images each step leaves. "positive" is the first digit, "contradictory" seen with both labels."""

    n_train_raw: int
    n_test_raw: int
    n_train_filtered: int
    n_test_filtered: int
    n_unique: int
    """Distinct gray training images; `n_unique_positive` of them only ever occur as the first digit, and so on."""
    n_unique_positive: int
    n_unique_negative: int
    n_contradictory: int
    n_kept: int
    """Training images after removing contradictory ones, before the first n_examples are taken."""
    n_train: int
    """Training images used."""
    n_unique_binary: int
    """Distinct binary patterns among the training images used; with a second removal ("after"), before it."""
    n_unique_binary_positive: int
    n_unique_binary_negative: int
    n_contradictory_binary: int
    n_train_patterns: int
    """Distinct binary patterns among the training images used."""
    n_test_patterns: int
    n_blank_train: int
    """Images without one lit pixel."""
    n_blank_test: int
    accuracy_ceiling: float
    """The best score on these very test images, found with their labels: each test pattern given its majority label. No
    classifier of these bits scores more on them; what can be learnt without their labels is less."""
    accuracy_ceiling_train: float
    """The same over all training images of the two digits, before any is removed, as none is of the test images."""
    test_patterns_seen_once: int
    """Test patterns that occur once, which the ceiling counts as right whatever they show."""
    lookup_accuracy: float
    """Test accuracy of a table of the training patterns' majority labels; ties and patterns it
    does not hold get the majority label of the training set."""

    def to_dict(self) -> dict[str, int | float]:
        return asdict(self)


@dataclass(frozen=True)
class Collision:
    """A binary pattern that training images of both labels have in common."""

    bits: Bits
    """uint8 (n_pixels,), 0 or 1."""
    positive_rows: Indices
    """int (n_positive,): rows of `Mnist.x_train` of the first digit's images that have this pattern."""
    negative_rows: Indices


@dataclass(frozen=True)
class Grayscale:
    """The pipeline just before the threshold."""

    config: DataConfig
    train_images: Images
    """float32 (n, size, size): filtered, resized, contradictory ones removed."""
    train_labels: Labels
    train_rows: Indices
    """int (n,): the row of `Mnist.x_train` that each training image comes from."""
    test_images: Images
    test_labels: Labels
    test_rows: Indices
    """int (n_test,): likewise of `Mnist.x_test`."""
    label_counts: LabelCounts
    """Of the distinct filtered and resized training images."""
    all_images: Images
    """float32 (n_train_filtered, size, size): the training images before any is removed."""
    all_labels: Labels
    n_train_raw: int
    n_test_raw: int
    n_train_filtered: int
    names: Names
    """What the two classes are called, the first one first."""

    def binarise(self) -> Dataset:
        """Light every pixel above the configured threshold.

        Errors: DataError where no image is left; ExamplesError where fewer than n_examples are.
        """
        level = np.float32(self.config.threshold)
        before = _binary_examples(self.train_images, self.train_labels, level)
        kept, rows = before, self.train_rows
        if removals(self.config.contradictions) > 1:
            indices = LabelCounts.of(before.bits, before.labels).first_of_consistent()
            kept, rows = _take(before, indices), rows[indices]
        if not len(kept):
            cures = ["another threshold"] if len(before) else []
            if self.config.size < IMAGE_SIDE:
                cures.append("a larger size")
            raise DataError(
                "no training image is left once contradictory ones are removed: "
                f"choose {', '.join([*cures, 'other classes'])}, or keep contradictory images"
            )
        if self.config.n_examples is not None and self.config.n_examples > len(kept):
            raise ExamplesError(
                f"there are {len(kept):,} training images, {self.config.n_examples:,} were asked for: "
                f"ask for {len(kept):,} at most"
            )
        train = kept.first(self.config.n_examples)
        return Dataset(
            gray=self,
            compared=before if removals(self.config.contradictions) > 1 else train,
            n_kept=len(kept),
            train=train,
            train_rows=rows[: self.config.n_examples],
            test=_binary_examples(self.test_images, self.test_labels, level),
            test_rows=self.test_rows,
        )

    def at(self, threshold: float) -> Grayscale:
        """The same with another threshold, 0–1. Errors: ConfigError for one out of range."""
        return replace(self, config=replace(self.config, threshold=threshold))

    def ceilings(self, thresholds: Sequence[float] | Array) -> Array:
        """`Counts.accuracy_ceiling` at each threshold, 0–1: float64 (len(thresholds),).

        Errors: ConfigError for a threshold out of range.
        """
        levels = [np.float32(self.at(float(threshold)).config.threshold) for threshold in thresholds]
        return np.array([_label_counts(self.test_images, self.test_labels, level).majority_share for level in levels])


@dataclass(frozen=True, eq=False)
class Split:
    """What a training reads of a data set."""

    train: Examples
    test: Examples
    names: Names
    """What the two classes are called."""


@dataclass(frozen=True)
class Dataset:
    """Training and test examples, and the counts that led to them."""

    gray: Grayscale
    compared: Examples
    """Those whose binary patterns are counted and compared: the training examples, or all that there were before a
    second removal ("after")."""
    n_kept: int
    train: Examples
    train_rows: Indices
    """int (n_train,): the row of `Mnist.x_train` that each training example comes from."""
    test: Examples
    test_rows: Indices
    """int (n_test,): likewise of `Mnist.x_test`."""

    @property
    def names(self) -> Names:
        """What the two classes are called, the first one first."""
        return self.gray.names

    def truth(self, number: int) -> str | int:
        """What a test image shows, by its number."""
        return self.names[0 if self.test.labels[number] else 1]

    @cached_property
    def split(self) -> Split:
        """Its examples alone, always the same object."""
        return Split(self.train, self.test, self.names)

    @cached_property
    def _patterns(self) -> LabelCounts:
        return LabelCounts.of(self.compared.bits, self.compared.labels)

    @cached_property
    def counts(self) -> Counts:
        gray, binary = self.gray, self._patterns
        test = LabelCounts.of(self.test.bits, self.test.labels)
        return Counts(
            n_train_raw=gray.n_train_raw,
            n_test_raw=gray.n_test_raw,
            n_train_filtered=gray.n_train_filtered,
            n_test_filtered=len(self.test),
            n_unique=gray.label_counts.n_distinct,
            n_unique_positive=gray.label_counts.n_only_positive,
            n_unique_negative=gray.label_counts.n_only_negative,
            n_contradictory=gray.label_counts.n_both,
            n_kept=self.n_kept,
            n_train=len(self.train),
            n_unique_binary=binary.n_distinct,
            n_unique_binary_positive=binary.n_only_positive,
            n_unique_binary_negative=binary.n_only_negative,
            n_contradictory_binary=binary.n_both,
            # A second removal leaves one image of each pattern.
            n_train_patterns=binary.n_distinct if self.compared is self.train else len(self.train),
            n_test_patterns=test.n_distinct,
            n_blank_train=int((~self.train.bits.any(axis=1)).sum()),
            n_blank_test=int((~self.test.bits.any(axis=1)).sum()),
            accuracy_ceiling=test.majority_share,
            accuracy_ceiling_train=_label_counts(
                gray.all_images, gray.all_labels, np.float32(gray.config.threshold)
            ).majority_share,
            test_patterns_seen_once=test.n_single,
            lookup_accuracy=_lookup_accuracy(self.train, self.test),
        )

    def collisions(self) -> tuple[Collision, ...]:
        """The patterns that have both labels, among the training images used or, with a second removal, before it.

        Most contradictory first: by how often the rarer label occurs, then by both together, then by first appearance.
        """
        bits, labels = self.compared.bits, self.compared.labels
        rows = self.gray.train_rows[: len(labels)]
        counts = self._patterns
        rarer, both = np.minimum(counts.positive, counts.negative), counts.positive + counts.negative
        order = np.lexsort((counts.first, -both, -rarer))[: counts.n_both]
        images = np.split(np.argsort(counts.index, kind="stable"), np.cumsum(both)[:-1])
        return tuple(
            Collision(bits[counts.first[k]], rows[of[labels[of]]], rows[of[~labels[of]]])
            for k, of in ((k, images[k]) for k in order)
        )


@dataclass(frozen=True)
class LabelCounts:
    """How often each distinct image has each label, in an arbitrary but fixed order of images."""

    positive: Numbers
    """int (n_distinct,)"""
    negative: Numbers
    first: Indices
    """int (n_distinct,): where each one appears first."""
    index: Indices
    """int (n,): which of them each image is."""

    @classmethod
    def of(cls, rows: Array, labels: Labels) -> LabelCounts:
        """Count labels per distinct row; rows (n, …) of any type are compared byte by byte."""
        first, inverse = distinct_rows(rows)
        count = np.bincount(inverse, minlength=len(first))
        positive = np.bincount(inverse[labels], minlength=len(first))
        return cls(positive, count - positive, first, inverse)

    @property
    def n_distinct(self) -> int:
        return len(self.first)

    @property
    def n_only_positive(self) -> int:
        return int((self.negative == 0).sum())

    @property
    def n_only_negative(self) -> int:
        return int((self.positive == 0).sum())

    @property
    def n_both(self) -> int:
        return self.n_distinct - self.n_only_positive - self.n_only_negative

    @property
    def n_single(self) -> int:
        """Distinct images that appear once."""
        return int((self.positive + self.negative == 1).sum())

    @property
    def majority_share(self) -> float:
        """The share of images that have the majority label of their distinct image."""
        return float(np.maximum(self.positive, self.negative).sum() / (self.positive.sum() + self.negative.sum()))

    def first_of_consistent(self) -> Array:
        """Indices, rising, of the first appearance of each image that has only one label."""
        return np.sort(self.first[(self.positive == 0) | (self.negative == 0)])


def prepare(mnist: Mnist, config: DataConfig) -> Dataset:
    """The whole pipeline, from loaded MNIST to binary training and test examples.

    Errors: DataError for a class that the data does not have, or more examples than there are.
    """
    return grayscale(mnist, config).binarise()


def grayscale(mnist: Mnist, config: DataConfig) -> Grayscale:
    """Filter, resize and remove contradictory images: all that comes before the threshold."""
    rows, labels = filter_digits(np.arange(len(mnist.y_train)), mnist.y_train, config.digits)
    test_rows, test_labels = filter_digits(np.arange(len(mnist.y_test)), mnist.y_test, config.digits)
    images = resize(mnist.x_train[rows], config.size, config.resize)
    counts = LabelCounts.of(images, labels)
    is_whole = not removals(config.contradictions) or counts.n_distinct - counts.n_both == len(labels)
    kept = slice(None) if is_whole else counts.first_of_consistent()
    return Grayscale(
        config=config,
        train_images=images[kept],
        train_labels=labels[kept],
        train_rows=rows[kept],
        test_images=resize(mnist.x_test[test_rows], config.size, config.resize),
        test_labels=test_labels,
        test_rows=test_rows,
        label_counts=counts,
        all_images=images,
        all_labels=labels,
        n_train_raw=len(mnist.x_train),
        n_test_raw=len(mnist.x_test),
        n_train_filtered=len(labels),
        names=called(mnist, config.digits),
    )


def called(mnist: Mnist, digits: tuple[int, int]) -> Names:
    """What two classes are called."""
    return mnist.called(digits[0]), mnist.called(digits[1])


def as_examples(images: Images, labels: Labels, config: DataConfig) -> Examples:
    """Resize and binarise uint8 images (n, 28, 28) as the configuration says; none is removed."""
    return _binary_examples(resize(images, config.size, config.resize), labels, np.float32(config.threshold))


def filter_digits(images: Images, labels: Labels, digits: tuple[int, int]) -> tuple[Array, Array]:
    """Keep two classes, in their order; returns the images and bool labels (n,), True for the first digit.

    images: (n, …); labels: int (n,). Errors: DataError for a class without an image.
    """
    for digit in digits:
        if not (labels == digit).any():
            has = ", ".join(map(str, np.unique(labels)))
            raise DataError(f"the data has images of class {has} and none of class {digit}: choose classes that it has")
    kept = (labels == digits[0]) | (labels == digits[1])
    return images[kept], labels[kept] == digits[0]


def resize(images: Images, size: int, method: str = "sample") -> Images:
    """Shrink uint8 images (n, 28, 28) to float32 (n, size, size) in [0, 1].

    "sample" equals `tf.image.resize(images / 255, (size, size), antialias=False)`: bilinear between the
    nearest original pixels, with pixel centres at half-integers. "area" is the mean of each cell, split
    pixels weighted by their share: `tf.image.resize(…, method="area")`. size: 2–28.
    Errors: ConfigError for another method.
    """
    if averages(method):
        weights = _cell_weights(size)
        means: Images = np.clip(weights @ GRAY_LEVELS[images] @ weights.T, 0.0, 1.0)
        return means
    lower, upper, share = bilinear_neighbours(size)

    def between_columns(rows: Indices) -> Images:
        of_rows = images[:, rows]
        left: Images = GRAY_LEVELS[of_rows[:, :, lower]]
        if share.any():
            left = left + (GRAY_LEVELS[of_rows[:, :, upper]] - left) * share
        return left

    top = between_columns(lower)
    if not share.any():
        return top
    between: Images = np.clip(top + (between_columns(upper) - top) * share[:, None], 0.0, 1.0)
    return between


def distinct_rows(rows: Array) -> tuple[Indices, Indices]:
    """Where each distinct row first appears, int (n_distinct,), and int (n,), which of those each row equals."""
    _, first, index = np.unique(row_keys(rows), return_index=True, return_inverse=True)
    return first, index


def row_keys(rows: Array) -> Array:
    """One value per row, equal exactly where the rows' bytes are, and in their order: uint16, uint64 or void (n,)."""
    flat = np.ascontiguousarray(rows).reshape(len(rows), math.prod(rows.shape[1:])).view(np.uint8)
    if flat.size and flat.max() <= 1:
        flat = np.packbits(_widened(flat, -(-flat.shape[1] // 8) * 8)).reshape(len(flat), -1)
    for width in (2, 8):  # numbers are sorted several times as fast
        if flat.shape[1] <= width:
            return _widened(flat, width).view(f">u{width}").ravel().astype(f"u{width}")
    return flat.view(f"V{flat.shape[1]}").ravel()


def _widened(rows: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """Rows of bytes with zeros at their ends."""
    wide = np.zeros((len(rows), width), np.uint8)  # np.pad takes several times as long
    wide[:, : rows.shape[1]] = rows
    return wide


def bilinear_neighbours(size: int) -> tuple[Indices, Indices, NDArray[np.float32]]:
    """Which original rows (or columns) "sample" reads for each small one: lower and upper, int (size,), and
    upper's share of the value, float32 (size,) in [0, 1); with share 0 only lower is read."""
    # float32 throughout, in TensorFlow's order of operations, so that the results agree to the last bit.
    position = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(IMAGE_SIDE / size) - np.float32(0.5)
    floor = np.floor(position)
    lower = np.maximum(floor, 0).astype(np.intp)
    upper = np.minimum(np.ceil(position), IMAGE_SIDE - 1).astype(np.intp)
    return lower, upper, position - floor


def _cell_weights(size: int) -> NDArray[np.float32]:
    """float32 (size, 28): row i holds each original row's share in cell i, summing to 1."""
    edges = np.arange(size + 1) * (IMAGE_SIDE / size)
    pixels = np.arange(IMAGE_SIDE)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    weights: NDArray[np.float32] = (np.clip(overlap, 0.0, None) * (size / IMAGE_SIDE)).astype(np.float32)
    return weights


def _binary_examples(images: Images, labels: Labels, threshold: np.float32) -> Examples:
    bits = (images > threshold).view(np.uint8).reshape(len(images), math.prod(images.shape[1:]))
    return Examples(images, bits, labels)


def _label_counts(images: Images, labels: Labels, threshold: np.float32) -> LabelCounts:
    """How often each bit pattern has each label."""
    return LabelCounts.of(images > threshold, labels)


def _take(examples: Examples, indices: Indices) -> Examples:
    return Examples(examples.images[indices], examples.bits[indices], examples.labels[indices])


def _lookup_accuracy(train: Examples, test: Examples) -> float:
    first, pattern = distinct_rows(np.concatenate([train.bits, test.bits]))
    known, asked = pattern[: len(train)], pattern[len(train) :]
    positive = np.bincount(known[train.labels], minlength=len(first))
    negative = np.bincount(known[~train.labels], minlength=len(first))
    # A pattern that the table does not hold has as many of each: none.
    answer = np.where(positive == negative, train.labels.mean() > 0.5, positive > negative)
    return float((answer[asked] == test.labels).mean())
