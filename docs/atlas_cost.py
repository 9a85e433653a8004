"""What an atlas of four layers would cost, from what is measured here: python -m docs.atlas_cost.

Times are the processor's, which other work on the machine hardly changes.
"""

from __future__ import annotations

import pickle
import statistics
import time
from collections import Counter

from qmnist_core.circuits.dependence import depends_on_image, effective_numbers
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.pipeline import Dataset, Examples, prepare
from qmnist_core.look.text import counted, duration
from qmnist_core.studies.atlas import BASE, N_BEST, STARTS, Piece, measure, stacks_of
from qmnist_core.studies.search import test_images, without_test

N_LAYERS, N_SEEDS = 4, 100
N_WORKERS = 1000
LAPTOP_CORES = 8
TASK_SECONDS = 1e-3
"""Assumed, not measured: what a scheduler needs to hand out one piece. Source: distributed.dask.org, "each task suffers
about 1ms of overhead"."""
TASKS_SECONDS = 2.0
"""Of one piece that is sent out: several seeds of one stack, or several stacks."""
SAMPLED = 3
"""Stacks of each number of waves that are timed."""
REPEATS = 5


def main() -> None:
    """Print what was measured, then what follows from it."""
    mnist = load_mnist()
    begun = time.process_time()
    dataset, test = prepare(without_test(mnist), BASE.data), test_images(mnist, BASE.data)
    prepared = time.process_time() - begun
    stacks = [layers for layers in stacks_of(N_LAYERS) if len(layers) == N_LAYERS]
    begun = time.process_time()
    trained = [layers for layers in stacks if depends_on_image(CircuitConfig(layers), BASE.data.n_pixels)]
    algebra, begun = time.process_time() - begun, time.process_time()
    for layers in stacks:
        effective_numbers(CircuitConfig(layers), BASE.data.n_pixels)
    counting = time.process_time() - begun

    waves = Counter(count_path_pairs(layers) for layers in trained)
    seconds: dict[int, float] = {}
    for n_waves in sorted(waves):
        own = [layers for layers in trained if count_path_pairs(layers) == n_waves]
        seconds[n_waves] = statistics.median(
            _seconds(Piece(layers, STARTS[0], (seed,)), dataset, test)
            for layers in own[:: max(1, len(own) // SAMPLED)]
            for seed in range(REPEATS)
        )
    piece = Piece(trained[0], STARTS[0], tuple(range(N_SEEDS)))
    result = measure(Piece(trained[0], STARTS[0], (0,), is_test=True), dataset, test)
    once, there, back = (len(pickle.dumps(what)) for what in ((dataset, test), piece, result))
    back += 8 * (N_SEEDS - 1)  # one number more a seed

    print("measured here, processor time")
    print(f"  {len(stacks):,} stacks, {len(trained):,} of which can depend on the image, found in {duration(algebra)}")
    print(f"  effective numbers of all, {duration(counting)}")
    for n_waves, n in sorted(waves.items()):
        print(f"  {counted(n_waves, 'wave')}: {n:,} stacks, {duration(seconds[n_waves])} a training")
    print(f"  images prepared in {duration(prepared)}, {once:,} bytes; a piece {there:,} bytes, its result {back:,}")

    every = {n_waves: n * len(STARTS) * N_SEEDS for n_waves, n in waves.items()}
    total = sum(n * seconds[n_waves] for n_waves, n in every.items())
    slowest = max(seconds.values())
    finals = len(STARTS) * N_BEST * N_SEEDS * slowest
    n_tasks = round(total / TASKS_SECONDS)
    handing = n_tasks * TASK_SECONDS
    shared = total / N_WORKERS
    print("computed from it")
    print(f"  {sum(every.values()):,} trainings: {duration(total)} on one core")
    laptop = (total + finals + counting) / LAPTOP_CORES + algebra
    print(f"  {LAPTOP_CORES} cores: {duration(laptop)}")
    print(f"  {N_WORKERS:,} workers: {duration(shared)} of training each")
    each = f"{duration(TASK_SECONDS)} each (assumed)"
    print(f"  {n_tasks:,} pieces of {duration(TASKS_SECONDS)} are handed out in {duration(handing)}, {each}")
    ends = algebra + prepared + max(shared, handing) + 2 * TASKS_SECONDS + max(slowest, finals / N_WORKERS)
    for what, whole in (
        ("numbers counted first", ends + counting),
        ("numbers sent out, too", ends + counting / N_WORKERS),
    ):
        print(f"  {what}: {duration(whole)} in all, {total / whole:,.0f} times as fast as one core")
    print(f"  bytes: {N_WORKERS * once:,} once to all workers, {n_tasks * (there + back):,} with the pieces")


def _seconds(piece: Piece, dataset: Dataset, test: Examples) -> float:
    """Of a piece of one seed, which takes one core."""
    begun = time.process_time()
    measure(piece, dataset, test)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
