"""What all three backends promise alike."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from qmnist_core.arrays import Bits
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import ConfigError, CostError, InputError
from qmnist_core.simulators import expectation, expectation_and_gradient

ZERO = np.zeros((2, 4))


@pytest.mark.parametrize("backend", ["exact", "cirq", "tfq"])
@pytest.mark.parametrize("encoding", ["bits", "angle"])
def test_batches_of_none_and_one(backend: str, encoding: str) -> None:
    circuit = CircuitConfig(encoding=encoding)
    values, gradient = expectation_and_gradient(circuit, ZERO, np.zeros((0, 4)), np.zeros(0), backend)
    assert expectation(circuit, ZERO, np.zeros((0, 4)), backend).shape == values.shape == (0,)
    assert gradient.shape == (2, 4)
    one = expectation(circuit, ZERO, np.zeros((1, 4)), backend)
    assert (one.shape, one.dtype) == ((1,), np.dtype(np.float64))
    assert one[0] == pytest.approx(-1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("bits", "message"),
    [
        (np.zeros(4), r"bits must have shape \(batch, n_pixels\), got \(4,\); put one image into a batch of 1"),
        (np.zeros((2, 2, 2)), r"bits must have shape \(batch, n_pixels\), got \(2, 2, 2\)"),
        (np.zeros((1, 0)), r"bits must have shape \(batch, n_pixels\), got \(1, 0\)"),
        (np.full((1, 4), 0.5), "bits must be 0 or 1, got other values: binarise the images, or use the angle encoding"),
        (np.full((1, 4), np.nan), "bits must be 0 or 1"),
        (np.array([["0"] * 4]), "bits must be numbers, got an array of type <U1"),
        ([[0, 1], [0]], "bits must be an array, got rows of different lengths"),
        (np.zeros((1, 9)), r"exponents must have shape \(n_layers, n_pixels\) = \(2, 9\), got \(2, 4\)"),
    ],
)
def test_bad_bits_are_named(bits: Bits, message: str) -> None:
    with pytest.raises(InputError, match=message):
        expectation(CircuitConfig(), ZERO, bits)


def test_other_bad_arguments_are_named() -> None:
    with pytest.raises(InputError, match=r"gray values must lie in \[0, 1\].*divide by 255"):
        expectation(CircuitConfig(encoding="angle"), ZERO, np.full((1, 4), 255))
    with pytest.raises(InputError, match=r"weights must have shape \(batch,\) = \(1,\), got \(2,\)"):
        expectation_and_gradient(CircuitConfig(), ZERO, np.zeros((1, 4)), np.zeros(2))
    with pytest.raises(InputError, match="weights must be finite, got nan or infinity"):
        expectation_and_gradient(CircuitConfig(), ZERO, np.zeros((1, 4)), np.array([np.nan]))
    with pytest.raises(InputError, match="weights must be numbers, got an array of type <U1"):
        expectation_and_gradient(CircuitConfig(), ZERO, np.zeros((1, 4)), np.array(["a"]))
    with pytest.raises(InputError, match="exponents must be finite"):
        expectation(CircuitConfig(), np.full((2, 4), np.inf), np.zeros((1, 4)))
    with pytest.raises(ConfigError, match="backend must be one of exact, tfq, cirq, got 'qulacs'"):
        expectation(CircuitConfig(), ZERO, np.zeros((1, 4)), "qulacs")


@pytest.mark.parametrize("backend", ["tfq", "cirq"])
def test_state_vectors_too_large_are_refused(backend: str) -> None:
    with pytest.raises(CostError, match=f"the {backend} backend would need a state vector of 65 qubits.*exact backend"):
        expectation(CircuitConfig(), np.zeros((2, 64)), np.zeros((1, 64)), backend)


def test_the_exact_backend_loads_neither_tensorflow_nor_cirq() -> None:
    program = (
        "import sys, numpy as np\n"
        "from qmnist_core.simulators import expectation_and_gradient\n"
        "from qmnist_core.config import CircuitConfig\n"
        "expectation_and_gradient(CircuitConfig(('XX', 'ZY')), np.zeros((2, 4)), np.zeros((1, 4)), np.ones(1))\n"
        "print([name for name in ('tensorflow', 'cirq', 'sympy', 'plotly') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
