from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from qmnist_core.arrays import Gray
from qmnist_core.data.drawing import as_mnist, centred, packed_digit, unpacked_digit
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import BlankError, InputError


@pytest.fixture
def digit(mnist: Mnist) -> Gray:
    three: Gray = mnist.x_test[np.flatnonzero(mnist.y_test == 3)[0]]
    return three


def test_a_28_by_28_picture_keeps_its_pixels(digit: Gray) -> None:
    np.testing.assert_array_equal(as_mnist(digit / 255.0), digit)
    np.testing.assert_array_equal(as_mnist(1.0 - digit / 255.0), digit)


def test_every_mnist_image_comes_through_unchanged(mnist: Mnist) -> None:
    for image in np.concatenate([mnist.x_train[::20], mnist.x_test[::4]]):
        assert np.array_equal(as_mnist(image / 255.0), image)


@pytest.mark.parametrize("inverted", [False, True])
def test_a_28_by_28_picture_off_centre_is_centred(digit: Gray, inverted: bool) -> None:
    rows, columns = np.nonzero(digit)
    moved = np.roll(digit, (-rows.min(), 27 - columns.max()), axis=(0, 1)) / 255.0
    found = as_mnist(1.0 - moved if inverted else moved)
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.97


def test_a_28_by_28_picture_with_a_small_digit_is_scaled(digit: Gray) -> None:
    small = np.zeros((28, 28))
    small[7:21, 7:21] = np.asarray(Image.fromarray(digit).resize((14, 14), Image.Resampling.BOX)) / 255.0
    small /= small.max()
    rows, columns = np.nonzero(as_mnist(small) > 25)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("scale", [3, 20])
def test_larger_pictures_come_back_to_the_same_digit(digit: Gray, scale: int, inverted: bool) -> None:
    large = np.kron(digit / 255.0, np.ones((scale, scale)))
    large = np.pad(large, ((40, 7), (3, 90)))
    found = as_mnist(1.0 - large if inverted else large)
    assert found.shape == (28, 28)
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.99


def test_the_digit_is_centred_and_fits_20_pixels() -> None:
    canvas = np.ones((300, 500))
    canvas[10:210, 20:60] = 0.1
    found = as_mnist(canvas)
    rows, columns = np.nonzero(found)
    assert rows.max() - rows.min() == 19
    assert columns.max() - columns.min() == 3
    assert rows.mean() == pytest.approx(14, abs=0.6)
    assert columns.mean() == pytest.approx(14, abs=0.6)


@pytest.mark.parametrize("shade", [0.0, 0.5, 1.0])
def test_a_picture_of_one_shade_is_refused(shade: float) -> None:
    with pytest.raises(BlankError, match="shows no digit, it is all of one shade: draw one with more contrast"):
        as_mnist(np.full((50, 50), shade))


@pytest.mark.parametrize("shape", [(1, 50), (2, 2), (7, 300), (300, 7), (1, 1)])
def test_tiny_and_thin_pictures_show_no_digit(shape: tuple[int, int]) -> None:
    gray = np.zeros(shape)
    gray[0, 0] = 1.0
    size = f"{shape[1]}×{shape[0]}"
    with pytest.raises(InputError, match=f"of {size} pixels is too small for a digit: give one of at least 8×8"):
        as_mnist(gray)


def test_a_pale_small_picture_is_stretched(digit: Gray) -> None:
    found = as_mnist(0.3 * digit / 255.0)
    assert found.max() == 255
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("shape", [(28, 28, 3), (784,), (0, 5)])
def test_an_array_that_is_no_picture(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=rf"shape \(height, width\), got {re.escape(str(shape))}: make it gray first"):
        as_mnist(np.zeros(shape))


@pytest.mark.parametrize("value", [255.0, -1.0, np.nan, np.inf])
def test_gray_values_out_of_range_are_refused(value: float) -> None:
    gray = np.zeros((28, 28))
    gray[3, 3] = value
    with pytest.raises(InputError, match=r"gray values must lie in \[0, 1\], got .*: divide 8-bit values by 255"):
        as_mnist(gray)


def test_a_drawing_is_ink_however_much_is_drawn() -> None:
    stroke = np.zeros((280, 280))
    stroke[:, 20:] = 1.0  # ink along three borders
    assert (centred(stroke) > 0).mean() == pytest.approx(400 / 784, abs=0.05)


@pytest.mark.parametrize(
    ("part", "height", "width"),
    [
        ((slice(140, 141), slice(3, 4)), 20, 20),  # one dot fills the box: only shape counts
        ((slice(0, 280), slice(0, 10)), 20, 1),
        ((slice(270, 280), slice(0, 280)), 1, 20),
        ((slice(0, 280), slice(0, 1)), 20, 1),
    ],
)
def test_dots_and_lines_are_scaled_and_centred(part: tuple[slice, slice], height: int, width: int) -> None:
    canvas = np.zeros((280, 280))
    canvas[part] = 1.0
    rows, columns = np.nonzero(centred(canvas))
    assert (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1) == (height, width)
    assert rows.mean() == pytest.approx(14, abs=0.6)
    assert columns.mean() == pytest.approx(14, abs=0.6)


@pytest.mark.parametrize("shade", [0.0, 1.0])
def test_a_blank_canvas(shade: float) -> None:
    with pytest.raises(BlankError, match="shows no digit, it is all of one shade"):
        centred(np.full((280, 280), shade))


def test_redrawn_digits_are_centred_as_mnists_are(mnist: Mnist) -> None:
    """Every digit ten times as large, anywhere on a canvas, comes back within a pixel's share of its place."""
    rng = np.random.default_rng(0)
    correlations = []
    for image in mnist.x_test[:50]:
        canvas = np.zeros((400, 400))
        top, left = rng.integers(0, 121, 2)
        canvas[top : top + 280, left : left + 280] = np.asarray(Image.fromarray(image).resize((280, 280))) / 255.0
        correlations.append(np.corrcoef(centred(canvas).ravel(), image.ravel())[0, 1])
    assert np.median(correlations) > 0.97


def test_a_clean_picture_is_read_as_the_same_drawing_is(mnist: Mnist) -> None:
    """White on black, black on white, and the pad's own ink: the same digit, moved by a pixel at most."""
    for image in mnist.x_test[:60]:
        canvas = np.asarray(Image.fromarray(image).resize((280, 280))) / 255.0
        drawn = centred(canvas)
        light, dark = as_mnist(canvas), as_mnist(1.0 - canvas)
        np.testing.assert_allclose(light, dark, atol=1)
        moved = [np.roll(light, (down, across), axis=(0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
        assert max(np.corrcoef(one.ravel(), drawn.ravel())[0, 1] for one in moved) > 0.9


def test_a_digit_is_packed_for_a_link_and_unpacked() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[3, 4:9], image[5, 5], image[6, 6] = 255, 127, 128
    packed = packed_digit(image)
    assert len(packed) == 98
    np.testing.assert_array_equal(unpacked_digit(packed), 255 * (image > 127))
