from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, filter_digits, resize
from qmnist_core.errors import ConfigError, InputError
from qmnist_core.look.palette import GROUND, INK
from qmnist_core.pictures.pixels import bits_picture, gray_picture, sampled_places
from qmnist_core.pictures.svg import MARK

SVG = "{http://www.w3.org/2000/svg}"
SUBPATH = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def parse(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert (root.get("role"), root.get("width")) == ("img", "100%")
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == GROUND
    return root


def title_of(root: ElementTree.Element) -> str:
    return root.findtext(f"{SVG}title") or ""


def drawn_levels(root: ElementTree.Element) -> Array:
    """The gray levels that the paths of runs paint on black."""
    levels = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for path in root.iter(f"{SVG}path"):
        colour = path.get("fill", "")
        for column, row, width, _ in SUBPATH.findall(path.get("d", "")) if colour != "none" else ():
            level = 255 if colour == "white" else int(colour[1:3], 16)
            levels[int(row), int(column) : int(column) + int(width)] = level
    return levels


def test_every_gray_value_is_painted_in_its_place(mnist: Mnist) -> None:
    image = mnist.x_test[0]
    svg = gray_picture(image)
    root = parse(svg)
    np.testing.assert_array_equal(drawn_levels(root), image)
    assert f"Gray image of 28×28 pixels: {np.count_nonzero(image)} are not black" in title_of(root)
    assert root.get("viewBox") == "0 0 200 200"


def test_a_page_can_replace_the_paper_colours_without_touching_gray_values() -> None:
    assert gray_picture(np.full((2, 2), 255, np.uint8)).count(GROUND) == 1


@pytest.mark.parametrize("kind", ["digit", "noise"])
@pytest.mark.parametrize("size", [4, 28])
def test_pictures_are_small(mnist: Mnist, kind: str, size: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    svg = gray_picture(mnist.x_test[1] if kind == "digit" else noise, sampled_places(size))
    assert len(svg.encode()) < (50_000 if kind == "noise" else 30_000)


def test_small_gray_images_are_separated(dataset: Dataset) -> None:
    root = parse(gray_picture(dataset.test.images[0]))
    assert "M1 0v4" in [path.get("d", "") for path in root.iter(f"{SVG}path")][-1]
    assert "the brightest is" in title_of(root)


def test_a_title_of_ones_own() -> None:
    assert title_of(parse(gray_picture(np.zeros((2, 2)), title="Drawn <here>"))) == "Drawn <here>"


def test_the_tutorial_reads_single_pixels() -> None:
    places = sampled_places(4)
    assert places.pixels == tuple((row, column) for row in range(3, 28, 7) for column in range(3, 28, 7))
    assert {box[2:] for box in places.boxes} == {(1, 1)}


@pytest.mark.parametrize("method", ["sample", "area"])
@pytest.mark.parametrize("size", range(2, 29))
def test_only_the_sampled_pixels_matter_and_each_of_them_does(size: int, method: str) -> None:
    places = sampled_places(size, method)
    assert len(places.boxes) == size**2
    read = np.zeros((28, 28), bool)
    read[tuple(np.transpose(places.pixels))] = True
    image = np.where(read, 0, 255).astype(np.uint8)
    assert not resize(image[None], size, method).any()
    for row, column in places.pixels[:: 1 + len(places.pixels) // 20]:
        image = np.zeros((1, 28, 28), np.uint8)
        image[0, row, column] = 255
        assert resize(image, size, method).any()


def test_sampled_pixels_and_cells_are_outlined(mnist: Mnist) -> None:
    image = mnist.x_test[0]
    sample, area = (parse(gray_picture(image, sampled_places(4, method))) for method in ("sample", "area"))
    outline = list(sample.iter(f"{SVG}path"))[-1]
    assert outline.get("fill") == "none"
    assert outline.get("d", "").count("M") == 16
    assert outline.get("d", "").startswith("M3 3h1v1h-1z")
    assert "the 16 pixels that are read" in title_of(sample)
    assert "M7 0v28" in list(area.iter(f"{SVG}path"))[-1].get("d", "")
    assert "the 4×4 cells that are averaged" in title_of(area)


def test_lit_squares_are_full_and_the_others_outlined(dataset: Dataset) -> None:
    bits = dataset.train.bits[0]
    root = parse(bits_picture(bits))
    grid, lit = root.iter(f"{SVG}path")
    assert (lit.get("fill"), grid.get("fill")) == (INK, "none")
    assert [found[:2] for found in SUBPATH.findall(lit.get("d", ""))] == [("2", "2"), ("1", "3")]
    lines = re.findall(r"M[^M]+", grid.get("d", ""))
    assert len(lines) == len(set(lines)) == 5 + 5, "each once"
    assert (grid.get("stroke-width"), grid.get("vector-effect")) == ("1", "non-scaling-stroke")
    assert title_of(root) == "Bits of the image: 2 of 16 pixels are lit: (2, 2), (3, 1)."


def test_blank_and_full_bits() -> None:
    assert "0 of 16 pixels are lit." in bits_picture(np.zeros(16))
    assert "1 of 1 pixels is lit: (0, 0)." in bits_picture(np.ones(1))
    assert "784 of 784 pixels are lit." in bits_picture(np.ones(784))


def test_numbers_and_the_ring(dataset: Dataset) -> None:
    root = parse(bits_picture(dataset.train.bits[0], numbered=True, chosen=6))
    texts = {text.text: text.get("fill") for text in root.iter(f"{SVG}text")}
    assert list(texts) == [f"{row},{column}" for row in range(4) for column in range(4)]
    assert {name for name, colour in texts.items() if colour == GROUND} == {"2,2", "3,1"}
    ring = next(box for box in root.iter(f"{SVG}rect") if box.get("stroke") == MARK)
    assert float(ring.get("x", 0)) == pytest.approx(200 * 2 / 4, abs=2)
    assert float(ring.get("y", 0)) == pytest.approx(200 * 1 / 4, abs=2)
    assert float(ring.get("width", 0)) == pytest.approx(200 / 4, abs=3), "along the pixel's edges, clear of its name"
    assert "the ring is around (1, 2)" in title_of(root)


def test_bad_input() -> None:
    with pytest.raises(InputError, match=r"bits must be 0 or 1"):
        bits_picture(np.full(16, 0.5))
    with pytest.raises(InputError, match=r"must be a square, 1–784, got 15"):
        bits_picture(np.zeros(15))
    with pytest.raises(InputError, match=r"shape \(n_pixels,\), got \(4, 4\)"):
        bits_picture(np.zeros((4, 4)))
    with pytest.raises(InputError, match=r"chosen pixel must be 0–15, got 16"):
        bits_picture(np.zeros(16), chosen=16)
    with pytest.raises(InputError, match=r"up to size 8, got 9"):
        bits_picture(np.zeros(81), numbered=True)
    with pytest.raises(InputError, match=r"square, at most 28 pixels wide, got shape \(3, 4\)"):
        gray_picture(np.zeros((3, 4)))
    with pytest.raises(InputError, match=r"divide gray levels by 255"):
        gray_picture(np.full((4, 4), 255.0))
    with pytest.raises(InputError, match=r"divide gray levels by 255"):
        gray_picture(np.full((4, 4), np.nan))
    with pytest.raises(InputError, match=r"original 28×28 image, got 4×4"):
        gray_picture(np.zeros((4, 4)), sampled_places(4))
    with pytest.raises(InputError, match=r"size must be 2–28, got 1"):
        sampled_places(1)
    with pytest.raises(ConfigError, match="resize"):
        sampled_places(4, "cubic")


def test_real_digits_of_both_classes_are_valid(mnist: Mnist) -> None:
    images, _ = filter_digits(mnist.x_test, mnist.y_test, (3, 6))
    for size in (2, 8, 28):
        for small in resize(images[:3], size):
            parse(gray_picture(small))
            parse(bits_picture((small > 0.5).ravel()))
