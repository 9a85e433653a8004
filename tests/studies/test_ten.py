"""Ten digits: the gradient against the exact engine and difference quotients, the training, what is said of it."""

from __future__ import annotations

import gzip
import json
import math
import threading
from collections.abc import Generator

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.ten import N_HELD_OUT, Digits, ten_digits
from qmnist_core.errors import ConfigError, DataError
from qmnist_core.metrics import mcnemar
from qmnist_core.models.optimizer import Adam as KerasAdam
from qmnist_core.models.ten import FACTOR, LAYERS, Adam, Network, Softmax, Stars, probabilities, scores
from qmnist_core.progress import Progress
from qmnist_core.simulators.exact import ExactSimulator
from qmnist_core.studies import ten_reel
from qmnist_core.studies.reel import HALF_TURN
from qmnist_core.studies.ten import (
    MOST_FRAME_BYTES,
    MOST_FRAMES,
    Frame,
    Ten,
    _shots,
    frame_steps,
    shots_needed,
    ten,
)
from qmnist_core.training.ten import _slopes


@pytest.fixture(scope="module")
def small(mnist: Mnist) -> Mnist:
    """MNIST with 1,000 images to train on, and 500 to test with."""
    n = N_HELD_OUT + 1_000
    return Mnist(mnist.x_train[:n], mnist.y_train[:n], mnist.x_test[:500], mnist.y_test[:500])


@pytest.fixture(scope="module")
def found(small: Mnist) -> list[Frame | Ten | Progress]:
    return list(ten(small, n_circuits=2, epochs=40, seed=0))


@pytest.fixture(scope="module")
def outcome(found: list[Frame | Ten | Progress]) -> Ten:
    (one,) = [item for item in found if isinstance(item, Ten)]
    return one


def some_images(n: int, seed: int = 0) -> Digits:
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, (n, 784), dtype=np.uint8)
    return Digits(np.packbits(bits, axis=1), rng.integers(0, 10, n).astype(np.uint8))


def test_each_circuit_and_its_gradient_are_the_exact_engines() -> None:
    rng, images = np.random.default_rng(1), some_images(7)
    spread = np.array([0.3, 0.02])[:, None, None]
    exponents = rng.normal(size=(2, 30, 784)) * spread
    slopes, signs = rng.normal(size=(7, 30)), images.signs(slice(None)).astype(np.float64)
    loops, bits = ExactSimulator(CircuitConfig(LAYERS)), (1 - signs) / 2
    pieces = Stars(exponents).pieces(4)
    answers = [piece.answers(signs) for piece in pieces]
    ours, ends = np.concatenate(answers, axis=1), np.cumsum([part.shape[1] for part in answers])[:-1]
    each = zip(pieces, np.split(slopes, ends, axis=1), strict=True)
    gradient = np.concatenate([piece.gradient(signs, own) for piece, own in each], axis=1)
    assert np.abs(ours).max() > 0.01
    for k in range(30):
        values, by_exponent = loops.expectation_and_gradient(exponents[:, k], loops.encode(bits), slopes[:, k])
        np.testing.assert_allclose(ours[:, k], values, rtol=0, atol=1e-12)
        np.testing.assert_allclose(gradient[:, k], by_exponent, rtol=0, atol=1e-11)


@pytest.mark.parametrize("kind", ["stars", "softmax"])
def test_the_cross_entropys_gradient_is_its_difference_quotient(kind: str) -> None:
    rng, images = np.random.default_rng(2), some_images(5)
    softmax = Softmax()
    softmax.weights = rng.normal(size=(10, 785)) * 0.05
    network: Network = softmax if kind == "softmax" else Stars(rng.normal(size=(2, 20, 784)) * 0.05)
    (piece,), signs = network.pieces(1), images.signs(slice(None)).astype(np.float64)

    def loss() -> float:
        mean = piece.answers(signs).reshape(5, 10, -1).mean(axis=2) * network.factor
        return float(-np.log(probabilities(mean)[np.arange(5), images.labels]).mean())

    gradient = piece.gradient(signs, _slopes(network, piece.answers(signs), images.labels))
    for _ in range(12):
        place = tuple(rng.integers(0, n) for n in piece.parameters.shape)
        was, ends = piece.parameters[place], []
        for change in (1e-5, -1e-5):
            piece.parameters[place] = was + change
            ends.append(loss())
        piece.parameters[place] = was
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-5, abs=1e-8)


def test_adam_is_the_others() -> None:
    rng = np.random.default_rng(3)
    ours, theirs = np.zeros(50), np.zeros(50)
    one, other = Adam(ours), KerasAdam(50, 0.01)
    for _ in range(20):
        gradient = rng.normal(size=50)
        other.update(theirs, gradient)
        one.update(gradient, 0.01)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-14)


def test_held_out_images_are_not_trained_on(small: Mnist) -> None:
    data = ten_digits(small, 0.5)
    rows = np.concatenate([data.trained_on, data.held_out])
    assert sorted(rows) == list(range(len(small.y_train)))
    assert (len(data.train), len(data.validation), len(data.test)) == (1_000, N_HELD_OUT, 500)
    lit = small.x_train[data.held_out[:20]].reshape(20, 784) > 127.5
    np.testing.assert_array_equal(data.validation.signs(slice(20)), np.where(lit, -1.0, 1.0))
    too_few = Mnist(small.x_train[:N_HELD_OUT], small.y_train[:N_HELD_OUT], small.x_test, small.y_test)
    with pytest.raises(DataError, match="5,000 training images are held out, and the data has 5,000"):
        ten(too_few)


def test_images_are_moved_by_a_pixel_at_most() -> None:
    bits = np.zeros((18, 28, 28), np.uint8)
    bits[:, 5, 9] = bits[:, 0, 0] = 1
    images = Digits(np.packbits(bits.reshape(18, 784), axis=1), np.zeros(18, np.uint8))
    moved = images.shifted(np.arange(18)).reshape(18, 28, 28) < 0
    places = [(row - 5, column - 9) for _, row, column in np.argwhere(moved) if row > 2]
    assert sorted(places) == sorted([(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) for _ in range(2)])
    assert moved[:, :3, :3].sum() == 2 * 4, "what leaves the image is lost"


def test_it_learns_and_says_how_far_it_is(found: list[Frame | Ten | Progress], outcome: Ten) -> None:
    frames = [item for item in found if isinstance(item, Frame)]
    assert [frame.step for frame in frames] == sorted(frame_steps(80, 2))
    assert frames[-1].accuracy == outcome.stars.validation > 0.75 > 0.3 > frames[0].accuracy
    assert frames[0].loss == pytest.approx(np.log(10), rel=0.1)
    assert frames[-1].loss < 0.8
    progress = [item for item in found if isinstance(item, Progress)]
    assert [(item.done, item.of) for item in progress] == [(step, 80) for step in range(1, 81)]
    assert isinstance(found[-2], Ten)
    assert outcome.accuracy(outcome.stars) > 0.7
    assert outcome.accuracy(outcome.softmax) > 0.7
    assert outcome.stars.n_parameters == outcome.network.n_parameters == 2 * 20 * 784
    assert outcome.softmax.n_parameters == 7_850


def test_the_same_seed_gives_the_same_network_and_others_do_not(small: Mnist, outcome: Ten) -> None:
    again = list(ten(small, n_circuits=2, epochs=40, seed=0))[-2]
    other = list(ten(small, n_circuits=2, epochs=40, seed=1))[-2]
    assert isinstance(again, Ten)
    assert isinstance(other, Ten)
    np.testing.assert_array_equal(again.stars.scores, outcome.stars.scores)
    assert not np.array_equal(other.stars.scores, outcome.stars.scores)


def test_both_networks_are_compared_image_by_image(outcome: Ten) -> None:
    stars, softmax = (outcome.right(one) for one in (outcome.stars, outcome.softmax))
    assert outcome.table(outcome.softmax).tolist() == [
        [int((stars & softmax).sum()), int((stars & ~softmax).sum())],
        [int((~stars & softmax).sum()), int((~stars & ~softmax).sum())],
    ]
    table = outcome.table(outcome.softmax)
    assert outcome.p(outcome.softmax) == mcnemar(table[0, 1], table[1, 0])
    assert outcome.confusion.sum() == 500
    assert np.trace(outcome.confusion) == stars.sum()
    assert len(outcome.called(4, 9)) == outcome.confusion[4, 9]


def test_frames_are_closer_together_at_first_and_bounded() -> None:
    steps = sorted(frame_steps(864, 16))
    assert (steps[0], steps[1], steps[-1], len(steps)) == (0, 2, 864, MOST_FRAMES + 1)
    for n_circuits in (64, 256):
        n = len(frame_steps(864, n_circuits))
        assert 3 <= n < MOST_FRAMES
        assert (n - 1) * 2 * 10 * n_circuits * 784 <= MOST_FRAME_BYTES


def test_frames_give_what_the_network_gives(small: Mnist, found: list[Frame | Ten | Progress], outcome: Ten) -> None:
    frames = [item for item in found if isinstance(item, Frame)]
    answers = ten_reel.answers(frames, small.x_test[3])
    assert answers.shape == (len(frames), 10)
    assert answers.dtype == np.dtype("<i2")
    np.testing.assert_allclose(FACTOR * answers[-1] / HALF_TURN, outcome.stars.scores[3], rtol=0, atol=0.05)
    start = Stars.start(2, 0)
    images = ten_digits(small).test
    np.testing.assert_allclose(
        FACTOR * frames[0].means(images.signs(slice(None))), scores(start, images), rtol=0, atol=0.05
    )


def test_the_curve_and_the_maps_as_a_browser_gets_them(found: list[Frame | Ten | Progress]) -> None:
    frames = [item for item in found if isinstance(item, Frame)]
    curve = unpacked(ten_reel.curve(frames))
    assert curve["steps"].tolist() == [frame.step for frame in frames]
    np.testing.assert_allclose(curve["accuracy"], [frame.accuracy for frame in frames], rtol=1e-6)
    np.testing.assert_allclose(curve["loss"], [frame.loss for frame in frames], rtol=1e-6)
    last = unpacked(ten_reel.maps(frames[-1]))
    assert last["steps"].tolist() == [80]
    angles = frames[-1].angles.reshape(10, 2, 784) * (np.pi / HALF_TURN)
    inside = np.abs(angles) < ten_reel.FULL
    assert last["maps"].shape == angles.shape
    half_a_level = ten_reel.FULL / ten_reel.LEVELS / 2
    np.testing.assert_allclose(
        last["maps"][inside] * 2 * half_a_level, angles[inside], rtol=0, atol=1.001 * half_a_level
    )
    np.testing.assert_array_equal(last["maps"][~inside], np.sign(angles[~inside]) * ten_reel.LEVELS)


def test_only_so_many_maps_of_a_digit_are_sent() -> None:
    frame = Frame.of(Stars.start(17, 0), 0, some_images(10))
    assert unpacked(ten_reel.maps(frame))["maps"].shape == (10, 16, 784)


def unpacked(block: bytes) -> dict[str, Array]:
    """What `reel.pack` has packed."""
    head, _, body = gzip.decompress(block).partition(b"\n")
    found, at = {}, 0
    for name, (kind, *shape) in json.loads(head).items():
        found[name] = np.frombuffer(body, f"<{kind}", math.prod(shape), at).reshape(shape)
        at += found[name].nbytes
    return found


def test_the_readouts_purity_is_that_of_the_state_vector() -> None:
    """Three pixels of a circuit, the others without a gate, gate by gate."""
    rng = np.random.default_rng(4)
    exponents = np.zeros((2, 10, 784))
    exponents[:, :, :3] = rng.normal(size=(2, 10, 3))
    x, z, plus = np.array([[0, 1], [1, 0]]), np.diag([1, -1]), np.eye(2)

    def gate(pauli: Array, pixel: int, t: float) -> Array:
        whole = np.eye(1)
        for qubit in range(4):
            whole = np.kron(whole, pauli if qubit in (0, pixel + 1) else plus)
        turned: Array = np.cos(np.pi * t / 2) * np.eye(16) - 1j * np.sin(np.pi * t / 2) * whole
        return turned

    for k, purity in enumerate(Stars(exponents).purity()):
        bits = rng.integers(0, 2, 3)
        state = np.array([1, -1]) / np.sqrt(2)
        for bit in bits:
            state = np.kron(state, np.eye(2)[bit])
        for layer, pauli in enumerate((x, z)):
            for pixel in range(3):
                state = gate(pauli, pixel, exponents[layer, k, pixel]) @ state
        halves = state.reshape(2, 8)
        density = halves @ halves.conj().T
        assert purity == pytest.approx(np.trace(density @ density).real, abs=1e-12)


def test_so_many_shots_are_enough_and_fewer_are_not_promised() -> None:
    """Two digits' means, one circuit each, by simulation; the others are far away."""
    z = np.full((1, 10), -1.0)
    z[0, 3], z[0, 7] = 0.3, 0.1
    (n,) = _shots(z, 1 - z**2, 0.95)
    # (Φ⁻¹(0.95) / Δ)² (v + v'), of which the seven others take nothing
    assert n == pytest.approx((1.6449 / 0.2) ** 2 * (0.91 + 0.99), abs=1)
    rng, tries = np.random.default_rng(5), 20_000
    means = [rng.binomial(int(n), (1 + mean) / 2, tries) / n for mean in (0.3, 0.1)]
    assert (means[0] > means[1]).mean() == pytest.approx(0.95, abs=0.01)
    z[0, 7] = 0.3
    assert np.isinf(_shots(z, 1 - z**2, 0.95))[0]


def test_shots_of_a_network(outcome: Ten, small: Mnist) -> None:
    shots = shots_needed(outcome.network, ten_digits(small).test)
    assert shots.shape == (500,)
    assert shots.min() >= 1
    assert np.median(shots) < 1_000


def test_whoever_stops_leaves_nothing_behind(small: Mnist) -> None:
    before = [one["num_threads"] for one in threadpool_info()]
    going = ten(small, n_circuits=1, epochs=200)
    assert isinstance(going, Generator)
    while not isinstance(next(going), Progress):
        pass
    assert [thread for thread in threading.enumerate() if thread.name.startswith("team")]
    going.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("team")]
    assert [one["num_threads"] for one in threadpool_info()] == before


def test_what_cannot_be_trained_is_refused(small: Mnist) -> None:
    for wrong, words in (
        ({"n_circuits": 0}, "the number of circuits a digit must be from 1 to 256, got 0"),
        ({"epochs": 201}, "the number of epochs must be from 1 to 200, got 201"),
        ({"seed": -1}, "the seed must be 0 or more, got -1"),
    ):
        with pytest.raises(ConfigError, match=words):
            ten(small, **wrong)


def test_scores_of_many_images_are_those_of_each() -> None:
    network, images = Stars.start(1, 0), some_images(2_100)
    assert network.factor == FACTOR
    whole = scores(network, images)
    part = scores(network, Digits(images.packed[1_990:2_010], images.labels[1_990:2_010]))
    np.testing.assert_allclose(whole[1_990:2_010], part, rtol=0, atol=1e-3)
