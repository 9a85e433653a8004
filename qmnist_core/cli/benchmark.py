"""`benchmark`: the exact engine beside TensorFlow Quantum, timed in one run."""

from __future__ import annotations

import argparse
import json
import sys

from qmnist_core.cli.options import Verbs, add_verb
from qmnist_core.cli.text import table
from qmnist_core.errors import ConfigError
from qmnist_core.look.text import duration
from qmnist_core.studies.benchmark import Report, Timing, machine, measure

DESCRIPTION = """\
Time the exact engine and TensorFlow Quantum in one process on the same work, and print medians with the
fastest and slowest measurement. An epoch is 10,338 examples in batches of 32 and a validation on all test
images. TFQ's epochs are extrapolated from a few steps, as the tutorial runs them: every circuit of a batch,
not each distinct one once as this package does (in a row of its own). Takes about two minutes; leave the
machine idle."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "benchmark", "time the exact engine beside TensorFlow Quantum", DESCRIPTION, run)
    parser.add_argument(
        "--repeats",
        type=int,
        default=11,
        metavar="N",
        help="measurements of each item on the exact engine (default 11)",
    )


def run(options: argparse.Namespace) -> int:
    if not 1 <= options.repeats <= 1000:
        raise ConfigError(f"--repeats must be a whole number from 1 to 1000, got {options.repeats}")
    report = measure(options.repeats, lambda name: print(f"benchmark: {name}", file=sys.stderr))
    print(json.dumps(report.to_dict()) if options.json else _text(report))
    return 0


def _text(report: Report) -> str:
    rows = [_row(timing) for timing in report.timings()]
    lines = [table([("work", "median", "fastest", "slowest", "how"), *rows], left=(0, 4)), f"machine: {machine()}"]
    for n_layers, tfq in report.tfq_by_layers.items():
        ratio = tfq.median / report.exact_by_layers[n_layers].median
        lines.append(f"{n_layers} layers: exact is {ratio:,.0f} times faster than TFQ as the tutorial runs it")
    for one_by_one, together in report.together.values():
        ratio = one_by_one.median / together.median
        lines.append(f"{together.name} is {ratio:.1f} times faster than one by one")
    if report.tfq_unavailable:
        lines.append(f"TFQ was not measured: {report.tfq_unavailable}")
    return "\n".join(lines)


def _row(timing: Timing) -> tuple[str, ...]:
    times = (timing.median, min(timing.seconds), max(timing.seconds))
    return (timing.name, *(duration(seconds) for seconds in times), timing.note)
