from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from qmnist_core.arrays import Array, Flags, Images
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.drawing import as_mnist, read_image
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples
from qmnist_core.errors import BlankError, InputError
from qmnist_core.models.protocol import Model
from qmnist_core.training.events import Finished
from qmnist_core.training.loop import Training
from tests.data.drawing.photographs import HEIGHT, KINDS, WIDTH, developed, fall, photograph, sheet

PICTURES = sorted((Path(__file__).parent / "pictures").iterdir())
NETWORKS = {"cnn": Experiment.tutorial("cnn"), "qnn": Experiment(data=DataConfig(size=28), init="small")}
N_PHOTOGRAPHS = 200


@pytest.fixture(scope="module")
def networks(mnist: Mnist, keras: ModuleType) -> dict[str, Model]:
    """The tutorial's CNN, and a QNN on 28×28 bits, trained once."""
    trainings = {name: Training(experiment, mnist) for name, experiment in NETWORKS.items()}
    for training in trainings.values():
        *_, finished = training
        assert isinstance(finished, Finished)
        assert finished.accuracy > 0.98
    return {name: training.model for name, training in trainings.items()}


def says(networks: dict[str, Model], name: str, images: Images) -> Array:
    """3 or 6 for each uint8 (n, 28, 28) image."""
    examples = as_examples(images, np.ones(len(images), bool), NETWORKS[name].input)
    return np.where(networks[name].scores(examples) > 0, 3, 6)


def test_photographs_are_read_as_their_digits(networks: dict[str, Model], mnist: Mnist) -> None:
    """200 photographs of test digits, of all kinds in turn. Only digits that both networks read correctly as MNIST has
    them: what is misread is then the photograph."""
    rows = np.flatnonzero(np.isin(mnist.y_test, (3, 6)))[: N_PHOTOGRAPHS + 50]
    known = [says(networks, name, mnist.x_test[rows]) == mnist.y_test[rows] for name in NETWORKS]
    rows = rows[known[0] & known[1]][:N_PHOTOGRAPHS]
    kinds = [list(KINDS)[i % len(KINDS)] for i in range(N_PHOTOGRAPHS)]
    found = []
    for i, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        try:
            picture = photograph(mnist.x_test[row], kind, np.random.default_rng([0, i]))
            found.append(as_mnist(read_image(picture)))
        except InputError:  # counts as misread
            found.append(np.zeros((28, 28), np.uint8))
    for name, most in (("cnn", 2), ("qnn", 4)):
        is_wrong = says(networks, name, np.array(found)) != mnist.y_test[rows]
        is_wrong |= ~np.array(found).any(axis=(1, 2))
        assert is_wrong.sum() <= most, Counter(np.array(kinds)[is_wrong].tolist())


def test_pictures_as_people_send_them(networks: dict[str, Model]) -> None:
    for path in PICTURES:
        image = as_mnist(read_image(path))
        for name in NETWORKS:
            assert says(networks, name, image[None])[0] == (3 if "3" in path.name else 6), f"{name}: {path.name}"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_each_is_cut_to_its_digit(path: Path) -> None:
    image = as_mnist(read_image(path))
    rows, columns = np.nonzero(image > 25)
    assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    assert 20 < (image > 127).sum() < 250 or path.name == "hair6.png"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_photograph_gives_the_digit(mnist: Mnist, kind: str) -> None:
    """Three of each kind, turned by a few degrees each, beside the original."""
    rng = np.random.default_rng(0)
    for row in np.flatnonzero(mnist.y_test == 3)[:3]:
        found = as_mnist(read_image(photograph(mnist.x_test[row], kind, rng)))
        moved = [np.roll(found, (down, across), axis=(0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
        assert max(np.corrcoef(one.ravel(), mnist.x_test[row].ravel())[0, 1] for one in moved) > 0.6


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"corner", "frame"}))  # these two are made around a digit
def test_paper_without_a_digit(kind: str) -> None:
    for seed in (0, 1, 4):
        empty = photograph(np.zeros((28, 28), np.uint8), kind, np.random.default_rng(seed))
        with pytest.raises(InputError) as refusal:
            as_mnist(read_image(empty))
        assert isinstance(refusal.value, BlankError) or (kind == "grid" and "or lines: cut it" in str(refusal.value))


def test_two_digits(mnist: Mnist) -> None:
    rng = np.random.default_rng(0)
    for one, other in rng.integers(0, len(mnist.x_test), (8, 2)):
        pair = np.hstack([mnist.x_test[one], mnist.x_test[other]])
        page = np.zeros((HEIGHT, WIDTH))
        page[100:380, 100:660] = np.asarray(Image.fromarray(pair).resize((560, 280))) / 255.0
        picture = developed(sheet(rng) * fall(rng, 0.2) * (1 - 0.75 * page), rng, 3.0)
        with pytest.raises(
            InputError, match="the picture shows more than one digit, or lines: cut it so that it shows one digit alone"
        ):
            as_mnist(read_image(picture))


@pytest.mark.parametrize("height", [200, 260, 400])
def test_a_smaller_second_digit(mnist: Mnist, height: int) -> None:
    """A 6 of half a 3's height, or more, 100 pixels to its right."""
    page = np.zeros((600, 1_000))
    for digit, size, left in ((3, 400, 60), (6, height, 560)):
        image = mnist.x_test[np.flatnonzero(mnist.y_test == digit)[0]]
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        image = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        width = size * image.shape[1] // image.shape[0]
        page[100 : 100 + size, left : left + width] = np.asarray(Image.fromarray(image).resize((width, size))) / 255.0
    with pytest.raises(InputError, match="the picture shows more than one digit"):
        as_mnist(0.9 - 0.8 * page)


def _shape(name: str) -> Flags:
    """Where a picture of 300×400 pixels is dark, bool."""
    y, x = np.mgrid[:300, :400]
    shapes: dict[str, Flags] = {
        "band above": y < 30,
        "band at the left": x < 40,
        "frame": (np.minimum(y, 299 - y) < 12) | (np.minimum(x, 399 - x) < 12),
        "disc": np.hypot(y - 150, x - 200) < 40,
        "square": np.maximum(abs(y - 150), abs(x - 200)) < 40,
    }
    return shapes[name]


@pytest.mark.parametrize("name", ["band above", "band at the left", "frame", "disc", "square"])
def test_a_shape_that_is_no_writing_is_no_digit(name: str) -> None:
    with pytest.raises(BlankError, match="the picture shows no digit"):
        as_mnist(np.where(_shape(name), 0.1, 0.85))


def test_one_digit_in_pieces_is_one(mnist: Mnist) -> None:
    """Of each of 300, however it was written: the two strokes of a 4, the loose bar of a 5."""
    for image in mnist.x_test[:600:2]:
        as_mnist(1.0 - np.asarray(Image.fromarray(image).resize((84, 84))) / 255.0)


def test_a_small_piece_of_the_desk_is_no_digit(mnist: Mnist) -> None:
    page = np.full((300, 400), 0.8)
    page[:60, :90] = 0.2
    page[150:234, 200:284] -= 0.6 * np.asarray(Image.fromarray(mnist.x_test[0]).resize((84, 84))) / 255.0
    alone = page.copy()
    alone[:60, :90] = 0.8
    np.testing.assert_allclose(as_mnist(page), as_mnist(alone), atol=3)


def test_a_photograph_is_a_jpeg_of_the_size_that_is_said() -> None:
    picture = photograph(np.zeros((28, 28), np.uint8), "mild", np.random.default_rng(0))
    with Image.open(BytesIO(picture)) as image:
        assert (image.format, image.size) == ("JPEG", (WIDTH, HEIGHT))
