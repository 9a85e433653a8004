from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qmnist_core.drawing import as_mnist, read_image
from qmnist_core.errors import BlankError, InputError
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
    with pytest.raises(BlankError, match="shows no digit, it is all of one shade: draw one with more contrast"):
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


def png(picture: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def jpeg(picture: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=95, **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A one-pixel PNG whose header tells of another size."""
    honest = png(Image.new("L", (1, 1)))
    header = b"IHDR" + struct.pack(">II", width, height) + honest[24:29]
    return honest[:12] + header + struct.pack(">I", zlib.crc32(header)) + honest[33:]


def test_a_path_bytes_and_an_open_file_are_the_same(tmp_path: Path, digit: np.ndarray) -> None:
    data = png(Image.fromarray(digit))
    (tmp_path / "digit.png").write_bytes(data)
    upload = BytesIO(data)
    upload.read()
    for source in (tmp_path / "digit.png", str(tmp_path / "digit.png"), data, upload):
        np.testing.assert_array_equal(read_image(source), digit / 255.0)
    with open(tmp_path / "digit.png", "rb") as file:
        np.testing.assert_array_equal(read_image(file), digit / 255.0)


def test_a_photograph_turned_by_its_exif_tag_is_put_upright(digit: np.ndarray) -> None:
    large = Image.fromarray(digit).resize((280, 280))
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90° clockwise to see it upright"
    found = as_mnist(read_image(jpeg(large.rotate(90), exif=exif)))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95


def test_a_jpeg_for_printing(digit: np.ndarray) -> None:
    found = as_mnist(read_image(jpeg(Image.fromarray(digit).resize((280, 280)).convert("RGB").convert("CMYK"))))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95


def test_a_palette_with_a_transparent_colour(digit: np.ndarray) -> None:
    picture = Image.fromarray((digit > 127).astype(np.uint8), "P")
    picture.putpalette([255, 0, 255, 0, 0, 0])  # 0, the ground, is transparent; 1, the ink, is black
    found = as_mnist(read_image(png(picture, transparency=0)))
    np.testing.assert_array_equal(found > 127, digit > 127)


def test_a_16_bit_picture(digit: np.ndarray) -> None:
    found = read_image(png(Image.fromarray(digit.astype(np.uint16) * 257)))
    np.testing.assert_allclose(found, digit / 255.0, rtol=0, atol=1e-12)


def test_of_an_animation_the_first_frame(digit: np.ndarray) -> None:
    frames = [Image.fromarray(digit), Image.fromarray(255 - digit)]
    found = read_image(png(frames[0], save_all=True, append_images=frames[1:], duration=100))
    np.testing.assert_array_equal(found, digit / 255.0)


def test_a_picture_that_is_all_transparent_shows_no_digit(digit: np.ndarray) -> None:
    clear = np.dstack([digit, digit, digit, np.zeros_like(digit)])
    with pytest.raises(BlankError, match="shows no digit"):
        as_mnist(read_image(png(Image.fromarray(clear))))


@pytest.mark.parametrize("size", [(6_000, 5_000), (12_000, 10_000)])
def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "huge.png").write_bytes(png_that_claims(*size))
    for source, name in ((tmp_path / "huge.png", "huge.png"), (png_that_claims(*size), "the picture")):
        with pytest.raises(InputError, match=f"{name} has {size[0]}×{size[1]} pixels: shrink it below 5,000×5,000"):
            read_image(source)


def test_a_picture_that_claims_ten_thousand_million_pixels() -> None:
    with pytest.raises(InputError, match="the picture claims to have far too many pixels: shrink it below"):
        read_image(png_that_claims(100_000, 100_000))


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


def gif() -> bytes:
    file = BytesIO()
    Image.new("L", (40, 40)).save(file, "GIF")
    return file.getvalue()


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8))
WHOLE = png(NOISE)
BROKEN = {
    "text": b"hello",
    "empty": b"",
    "gif": gif(),
    "cut": WHOLE[:-300],
    "damaged": WHOLE[:200] + bytes(50) + WHOLE[250:],
    "magic only": WHOLE[:8],
    "no data": WHOLE[:33],
    "cut jpeg": jpeg(NOISE)[:400],
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_picture_is_one_clear_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.png").write_bytes(content)
    with open(tmp_path / "file.png", "rb") as file:
        for source, name in ((tmp_path / "file.png", "file.png"), (content, "the picture"), (file, "file.png")):
            with pytest.raises(
                InputError, match=rf"{name} cannot be read as an image \(.+\): give a PNG or JPEG"
            ) as it:
                read_image(source)
            assert "\n" not in str(it.value)
            assert "0x" not in str(it.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no image .*none\.png: give the path of a PNG or JPEG file"):
        read_image(tmp_path / "none.png")
    with pytest.raises(InputError, match="cannot be read as an image"):
        read_image(tmp_path)


def with_valid_checksums(content: bytes) -> bytes:
    """A PNG's chunks with correct checksums, so that damage gets further than these; anything else as it is."""
    if content[:8] != WHOLE[:8]:
        return content
    out, at = content[:8], 8
    while at + 12 <= len(content):
        end = at + 8 + struct.unpack(">I", content[at : at + 4])[0]
        out += content[at:end] + struct.pack(">I", zlib.crc32(content[at + 4 : end]))
        at = end + 4
    return out


SEEDS = [WHOLE, jpeg(NOISE), png(Image.new("P", (9, 9)), transparency=0)]


@settings(deadline=None, max_examples=300)
@given(
    seed=st.sampled_from(SEEDS),
    start=st.integers(0, 400),
    patch=st.binary(max_size=20),
    length=st.integers(0, 2_000),
    tail=st.binary(max_size=60),
)
def test_no_bytes_at_all_break_the_reader(seed: bytes, start: int, patch: bytes, length: int, tail: bytes) -> None:
    content = (seed[:start] + patch + seed[start + len(patch) :])[:length] + tail
    try:
        digit = as_mnist(read_image(with_valid_checksums(content)))
    except InputError:
        return
    assert (digit.shape, digit.dtype) == ((28, 28), np.uint8)


def test_a_stated_ground_holds_however_much_is_drawn(digit: np.ndarray) -> None:
    stroke = np.zeros((280, 280))
    stroke[:, 20:] = 1.0  # ink along three borders
    heavy = as_mnist(stroke, light_on_dark=True)
    assert (heavy > 0).mean() == pytest.approx(400 / 784, abs=0.05)
    np.testing.assert_array_equal(as_mnist(1.0 - stroke, light_on_dark=False), heavy)
    assert (as_mnist(stroke) > 0).mean() < 0.1  # a guess takes the ink for the ground
    canvas = np.kron(digit / 255.0, np.ones((10, 10)))
    np.testing.assert_array_equal(as_mnist(canvas, light_on_dark=True), as_mnist(canvas))
    np.testing.assert_array_equal(as_mnist(digit / 255.0, light_on_dark=True), digit)
    np.testing.assert_array_equal(as_mnist(digit / 255.0, light_on_dark=False), 255 - digit)


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
    rows, columns = np.nonzero(as_mnist(canvas, light_on_dark=True))
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (height, width)
    assert rows.mean() == pytest.approx(14, abs=0.6)
    assert columns.mean() == pytest.approx(14, abs=0.6)


@pytest.mark.parametrize("shade", [0.0, 1.0])
def test_a_blank_canvas(shade: float) -> None:
    with pytest.raises(BlankError, match="shows no digit, it is all of one shade"):
        as_mnist(np.full((280, 280), shade), light_on_dark=True)


def test_redrawn_digits_are_centred_as_mnists_are(mnist: Mnist) -> None:
    """Every digit ten times as large, anywhere on a canvas, comes back within a pixel's share of its place."""
    rng = np.random.default_rng(0)
    correlations = []
    for image in mnist.x_test[:50]:
        canvas = np.zeros((400, 400))
        top, left = rng.integers(0, 121, 2)
        canvas[top : top + 280, left : left + 280] = np.asarray(Image.fromarray(image).resize((280, 280))) / 255.0
        correlations.append(np.corrcoef(as_mnist(canvas, light_on_dark=True).ravel(), image.ravel())[0, 1])
    assert np.median(correlations) > 0.97
