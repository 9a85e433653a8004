from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples
from qmnist_core.errors import CostError
from qmnist_core.metrics import uniform_gradient_spread, uniform_output_spread
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.simulators import expectation_and_gradient
from qmnist_core.studies import spread
from tests.found import results, steps_and_results

TUTORIAL = CircuitConfig()


@pytest.fixture(scope="module")
def samples(mnist: Mnist) -> list[Array]:
    """400 seeds at small sizes and one large one."""
    total, samples = steps_and_results(spread.measure(Experiment(), mnist, 400, SIZES))
    assert len(samples) == total == 400 * len(SIZES)
    return samples


SIZES = (2, 3, 4, 14)


def test_a_sample_is_a_networks_output_and_gradient_on_a_training_image(mnist: Mnist) -> None:
    samples = results(spread.measure(Experiment(seed=7), mnist, 2, (3, 5)))
    again = results(
        spread.measure(Experiment(seed=7, epochs=9, init="small", data=DataConfig(size=9)), mnist, 2, (3, 5))
    )
    np.testing.assert_array_equal(samples, again)
    rows = np.flatnonzero(np.isin(mnist.y_train, (3, 6)))
    row = rows[np.random.default_rng([8, 2]).integers(len(rows))]  # of the second seed, whatever the size
    for k, size in enumerate((3, 5)):
        data = DataConfig(size=size)
        bits = as_examples(mnist.x_train[[row]], np.array([True]), data).bits
        for i, init in enumerate(("uniform", "small")):
            exponents = initial_exponents(Experiment(data=data, init=init, seed=8))
            values, gradient = expectation_and_gradient(TUTORIAL, exponents, bits, np.ones(1))
            assert samples[2 + k][i] == pytest.approx([abs(values[0]), np.sqrt(np.mean(gradient**2))])


def test_the_last_seed_of_all_is_followed_by_the_first(mnist: Mnist) -> None:
    found = results(spread.measure(Experiment(seed=2**32 - 1), mnist, 2, (2,)))
    np.testing.assert_array_equal(found[1], results(spread.measure(Experiment(), mnist, 1, (2,)))[0])


def test_the_theory_is_what_is_measured_where_there_are_seeds_enough(samples: list[Array]) -> None:
    summary = spread.summarise(samples, TUTORIAL, SIZES)
    for quantity, exact in (("output", uniform_output_spread), ("gradient", uniform_gradient_spread)):
        for one in summary[quantity]["uniform"][:3]:
            assert one.is_enough
            width = one.high - one.low
            assert one.low - width / 2 < exact(one.n_pixels) < one.high + width / 2
            assert one.lower < one.median < one.rms < one.high


def test_far_out_few_seeds_stay_below_the_theory_and_are_known_to(samples: list[Array]) -> None:
    one = spread.summarise(samples, TUTORIAL, SIZES)["output"]["uniform"][-1]
    assert one.high < uniform_output_spread(196)
    assert not one.is_enough
    assert one.seeds_needed > 1e10


def test_small_angles_do_not_shrink(samples: list[Array]) -> None:
    summary = spread.summarise(samples, TUTORIAL, SIZES)
    assert all(0.25 < one.rms < 0.45 and one.is_enough for one in summary["gradient"]["small"])
    assert all(0.97 < one.rms <= 1 for one in summary["output"]["small"])


def test_a_summary_by_hand() -> None:
    sizes = (2, 28)
    values = np.zeros((4, 2, 2, 2))  # seeds, sizes, starts, quantities
    values[:, 0, 0, 0] = [1, 2, 3, 4]
    values[:, 1, 0, 1] = [3e-150, 4e-150, 0, 0]
    samples = [*values.reshape(8, 2, 2), np.ones((2, 2))]  # of a fifth seed only one size is there
    found = spread.summarise(samples, CircuitConfig(("XX", "ZZ", "XX")), sizes)
    one = found["output"]["uniform"][0]
    assert (one.size, one.n_seeds, one.n_pixels) == (2, 4, 4)
    assert (one.rms, one.median, one.lower, one.upper) == pytest.approx((np.sqrt(7.5), 2.5, 1.75, 3.25))
    assert one.seeds_needed == pytest.approx(4 * np.var([1, 4, 9, 16]) / 7.5**2)
    assert one.low < one.rms < one.high
    assert found["output"]["uniform"][1].seeds_needed == one.seeds_needed, "no fewer than at a smaller size"
    tiny = found["gradient"]["uniform"][1]
    assert tiny.rms == pytest.approx(2.5e-150)
    assert 0 <= tiny.low < tiny.rms < tiny.high <= 4e-150
    nothing = found["output"]["small"][1]
    assert (nothing.rms, nothing.high, nothing.seeds_needed) == (0, 0, 0)


def test_nothing_is_said_before_the_first_seed_is_whole() -> None:
    assert spread.summarise([np.ones((2, 2))], TUTORIAL, (2, 3)) == {
        quantity: {"uniform": (), "small": ()} for quantity in ("output", "gradient")
    }


@pytest.mark.parametrize("n_pixels", [4, 9, 16])
def test_seeds_needed_are_those_of_random_networks(n_pixels: int) -> None:
    """⟨Z⟩ = −Re ∏ (cos πb + i cos πa sin πb) of a blank image."""
    a, b = np.pi * np.random.default_rng(3).uniform(0, 2 * np.pi, (2, 50_000, n_pixels))
    squares = (np.cos(b) + 1j * np.cos(a) * np.sin(b)).prod(axis=1).real ** 2
    measured = 4 * np.var(squares) / np.mean(squares) ** 2
    assert spread.seeds_needed(n_pixels) == pytest.approx(measured, rel=0.05)


def test_theory_lines() -> None:
    output, exact = spread.laws("output")
    assert output.values[4] == pytest.approx(np.sqrt(0.5 * 0.75**16))
    assert (exact.values[4], exact.values[28]) == (uniform_output_spread(16), uniform_output_spread(784))
    gradient, exact = spread.laws("gradient")
    assert gradient.values[28] == pytest.approx(uniform_gradient_spread(784, length=2))
    assert exact.values[3] == uniform_gradient_spread(9)
    assert tuple(gradient.values) == spread.SIZES


def test_the_same_measurement_has_the_same_name() -> None:
    one = Experiment(data=DataConfig(threshold=0.3), seed=4)
    same = replace(one, epochs=7, backend="tfq", init="small", data=replace(one.data, size=9, n_examples=500))
    assert spread.normalised(one) == spread.normalised(same)
    for other in (replace(one, seed=5), replace(one, circuit=CircuitConfig(("XX",))), Experiment(seed=4)):
        assert spread.normalised(one) != spread.normalised(other)


def test_a_circuit_that_takes_too_long_is_refused(mnist: Mnist) -> None:
    with pytest.raises(CostError, match="use fewer layers"):
        spread.measure(Experiment(circuit=CircuitConfig(("XX", "ZZ") * 8)), mnist, 1)


def test_flat_means_a_loss_of_one_and_no_output() -> None:
    def never() -> Array:
        raise AssertionError("the outputs cost something, and the loss says enough")

    assert spread.flat_output(0.9, never) is None
    assert spread.flat_output(1.0001, lambda: np.full(3, 1e-40)) == pytest.approx(1e-40)
    assert spread.flat_output(1.0, lambda: np.array([0.5, -0.5])) is None
