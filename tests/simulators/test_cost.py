from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from qmnist_core.config import CircuitConfig
from qmnist_core.errors import CostError
from qmnist_core.simulators import expectation
from qmnist_core.simulators.cost import check_cost, estimate_cost
from qmnist_core.simulators.exact import ExactSimulator


def stack(n_layers: int) -> CircuitConfig:
    return CircuitConfig(("XX", "ZZ") * (n_layers // 2))


def test_cost_is_linear_in_pixels_and_exponential_in_layers() -> None:
    small, large = (estimate_cost(stack(6), n, 32) for n in (400, 800))
    assert large.step_seconds < 2.5 * small.step_seconds
    assert large.bytes <= 2 * small.bytes
    assert estimate_cost(stack(8), 16, 32).n_pairs == 16 * estimate_cost(stack(6), 16, 32).n_pairs


def test_a_stack_too_deep_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        CostError,
        match=r"14 layers on 16 pixels in batches of 32 would take about .* GiB and .* s a step on the exact backend, "
        r"more than 2 GiB or 60 s: use fewer layers, a smaller size or a smaller batch; or use the tfq backend",
    ):
        check_cost(stack(14), 16, "exact", 32)
    with pytest.raises(CostError, match="a smaller batch; no other backend can do this"):
        check_cost(stack(10), 784, "exact", 32)
    with pytest.raises(CostError, match="no other backend can do this"):
        expectation(stack(60), np.zeros((60, 64)), np.zeros((1, 64)))


def test_a_batch_too_large_is_refused() -> None:
    check_cost(stack(6), 16, "exact", 1000)
    with pytest.raises(CostError, match="a smaller size or a smaller batch"):
        check_cost(stack(6), 16, "exact", 10_000_000)


def test_what_the_product_promises_is_allowed() -> None:
    for n_layers, n_pixels in ((2, 784), (4, 784), (6, 784), (8, 16)):
        check_cost(stack(n_layers), n_pixels, "exact", 32)
    check_cost(stack(12), 16, "tfq", 32)
    check_cost(stack(2), 16, "cirq", 1)


def test_training_on_cirq_at_full_size_is_refused_for_what_it_would_take() -> None:
    with pytest.raises(CostError, match=r"s a step on the cirq backend, .*; or use the exact backend"):
        check_cost(stack(2), 16, "cirq", 32)


@pytest.mark.parametrize(
    ("circuit", "n_pixels", "batch"),
    [
        (stack(2), 784, 5000),
        (stack(6), 16, 32),
        (stack(6), 784, 32),
        (stack(8), 16, 32),
        (CircuitConfig(("XX", "ZZ") * 3, "angle"), 16, 32),
    ],
)
def test_the_estimated_time_is_of_the_right_size(circuit: CircuitConfig, n_pixels: int, batch: int) -> None:
    """Within a factor of 15 of one core's time for the fastest of three steps: machines differ, and this is no
    benchmark."""
    rng = np.random.default_rng(0)
    exponents, inputs = rng.normal(size=(circuit.n_layers, n_pixels)), rng.integers(0, 2, (batch, n_pixels))
    simulator = ExactSimulator(circuit)
    encoded, weights, seconds = simulator.encode(inputs), np.ones(batch), []
    with threadpool_limits(limits=1, user_api="blas"):
        for _ in range(3):
            start = time.thread_time()
            simulator.expectation_and_gradient(exponents, encoded, weights)
            seconds.append(time.thread_time() - start)
    estimate = estimate_cost(circuit, n_pixels, batch).step_seconds
    assert min(seconds) / 15 < estimate < min(seconds) * 15


MEASURE = """
import re, sys
from pathlib import Path
import numpy as np
from qmnist_core.config import CircuitConfig
from qmnist_core.simulators import expectation_and_gradient, expectation

def run(circuit, n_pixels, batch):
    exponents, inputs = np.full((circuit.n_layers, n_pixels), 0.1), np.zeros((batch, n_pixels), np.uint8)
    expectation_and_gradient(circuit, exponents, inputs, np.ones(batch))
    if circuit.encoding == "bits":
        expectation(circuit, exponents, inputs[:1])

def peak():
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

n_layers, encoding, n_pixels, batch = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
run(CircuitConfig(("XX", "ZZ"), encoding), 4, 2)
Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far, that of making machine code
before = peak()
run(CircuitConfig(("XX", "ZZ") * (n_layers // 2), encoding), n_pixels, batch)
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("n_layers", "encoding", "n_pixels", "batch"),
    [(8, "bits", 784, 32), (2, "bits", 784, 20_000), (2, "angle", 784, 10_000)],
)
def test_the_estimated_memory_is_of_the_right_size(n_layers: int, encoding: str, n_pixels: int, batch: int) -> None:
    """Against what a process of its own takes at its peak."""
    given = [str(n_layers), encoding, str(n_pixels), str(batch)]
    printed = subprocess.run([sys.executable, "-c", MEASURE, *given], capture_output=True, check=True, text=True)
    peak = int(printed.stdout)
    estimate = estimate_cost(CircuitConfig(("XX", "ZZ") * (n_layers // 2), encoding), n_pixels, batch).bytes
    assert peak / 3 < estimate < peak * 3
