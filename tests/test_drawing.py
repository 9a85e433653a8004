from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qmnist_core.drawing import as_mnist, read_image
from qmnist_core.errors import InputError
from qmnist_core.mnist import Mnist


@pytest.fixture
def digit(mnist: Mnist) -> np.ndarray:
    return mnist.x_test[np.flatnonzero(mnist.y_test == 3)[0]]


def test_a_28_by_28_picture_keeps_its_pixels(digit: np.ndarray) -> None:
    np.testing.assert_array_equal(as_mnist(digit / 255.0), digit)
    np.testing.assert_array_equal(as_mnist(1.0 - digit / 255.0), digit)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("scale", [3, 20])
def test_larger_pictures_come_back_to_the_same_digit(digit: np.ndarray, scale: int, inverted: bool) -> None:
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
    with pytest.raises(InputError, match="shows no digit, it is all of one shade: draw one with more contrast"):
        as_mnist(np.full((50, 50), shade))


def test_tiny_and_thin_pictures_do_not_break() -> None:
    for shape in ((1, 2), (2, 1), (1, 400), (3, 3)):
        picture = np.zeros(shape)
        picture[0, 0] = 1.0
        assert as_mnist(picture).max() == 255


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1", "P", "I;16"])
def test_png_files_of_every_mode(tmp_path: Path, digit: np.ndarray, mode: str) -> None:
    picture = Image.fromarray(digit)
    picture = Image.fromarray(digit.astype(np.uint16) * 257) if mode == "I;16" else picture.convert(mode)
    picture.save(tmp_path / "digit.png")
    found = as_mnist(read_image(tmp_path / "digit.png"))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.9


def test_jpeg_files_and_transparency(tmp_path: Path, digit: np.ndarray) -> None:
    Image.fromarray(255 - digit).resize((280, 280)).save(tmp_path / "digit.jpg")
    found = as_mnist(read_image(tmp_path / "digit.jpg"))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95
    clear = np.zeros((28, 28, 4), np.uint8)
    clear[..., 3] = digit  # black ink on a transparent ground
    Image.fromarray(clear).save(tmp_path / "clear.png")
    np.testing.assert_allclose(as_mnist(read_image(tmp_path / "clear.png")), digit, atol=1)
    clear[..., :3] = 255  # white ink
    Image.fromarray(clear).save(tmp_path / "white.png")
    np.testing.assert_allclose(as_mnist(read_image(tmp_path / "white.png")), digit, atol=1)


def test_a_pale_small_picture_is_stretched(digit: np.ndarray) -> None:
    found = as_mnist(0.3 * digit / 255.0)
    assert found.max() == 255
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95


def test_a_huge_picture_is_refused_at_once(tmp_path: Path) -> None:
    Image.new("1", (6_000, 5_000)).save(tmp_path / "huge.png")
    with pytest.raises(InputError, match="has 6000×5000 pixels: shrink it below"):
        read_image(tmp_path / "huge.png")


def test_an_array_that_is_no_picture() -> None:
    with pytest.raises(InputError, match=r"shape \(height, width\), got \(28, 28, 3\): make it gray first"):
        as_mnist(np.zeros((28, 28, 3)))


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no image .*none\.png: give the path of a PNG or JPEG file"):
        read_image(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(InputError, match=r"cannot be read as an image .*give a PNG or JPEG file"):
        read_image(tmp_path / "text.png")
    Image.new("L", (40, 40)).save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:-30])
    with pytest.raises(InputError, match="cannot be read as an image"):
        read_image(tmp_path / "cut.png")
