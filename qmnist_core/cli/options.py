"""Options that verbs share, and how they become an `Experiment`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, TypeAlias

from qmnist_core.catalogue import BACKENDS
from qmnist_core.config import CONTRADICTIONS, ENCODINGS, LAYERS, RESIZES, CircuitConfig, DataConfig
from qmnist_core.data.mnist import default_file

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

DATA_OPTIONS = ("digits", "size", "threshold", "resize", "contradictions", "n_examples")


def add_verb(verbs: Verbs, name: str, summary: str, description: str, run: Any) -> argparse.ArgumentParser:
    """A verb with --json; `run(options) -> int` does it."""
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Everything in `DataConfig`."""
    group = parser.add_argument_group("data")
    add_digits_option(group)
    group.add_argument("--size", type=int, help="side of the small image in pixels, 2 to 28 (default 4)")
    group.add_argument("--threshold", type=float, help="gray value above which a pixel is lit, 0 to 1 (default 0.5)")
    group.add_argument(
        "--resize",
        choices=RESIZES,
        help="sample single pixels as the tutorial does (default), or the mean of each area",
    )
    group.add_argument(
        "--contradictions",
        choices=CONTRADICTIONS,
        help="images seen with both labels: drop them before binarising (default, the tutorial), "
        "a second time after it, or keep all",
    )
    group.add_argument(
        "--examples",
        dest="n_examples",
        type=int,
        metavar="N",
        help="use only the first N training images (default all)",
    )
    add_file_option(group)


def add_digits_option(group: Any) -> None:
    group.add_argument(
        "--digits", nargs=2, type=int, metavar=("A", "B"), help="the two classes; the first is positive (default 3 6)"
    )


def add_file_option(group: Any) -> None:
    group.add_argument(
        "--data",
        metavar="PATH",
        help="other data: an .npz with Keras' arrays, a folder of four IDX files (MNIST, Fashion-MNIST), or a folder "
        "of KMNIST's four files (default: the variable QMNIST_DATA, else MNIST)",
    )


def add_backend_option(group: Any, default: str = "exact") -> None:
    group.add_argument(
        "--backend",
        choices=BACKENDS,
        help="what computes the QNN: exact (fast, any size), tfq (TensorFlow Quantum) or cirq (slow reference); "
        f"default: {default}",
    )


def add_circuit_options(group: Any) -> None:
    """Everything in `CircuitConfig`."""
    group.add_argument(
        "--layers",
        metavar="XX,ZZ",
        help=f"the QNN's layers in order, from {', '.join(LAYERS)}: first letter the data qubit's Pauli, second the "
        "readout qubit's (default XX,ZZ)",
    )
    group.add_argument(
        "--encoding", choices=ENCODINGS, help="bits: X on lit pixels (default); angle: RX(π·value) of gray values"
    )


def circuit_config(options: argparse.Namespace) -> CircuitConfig:
    """The `CircuitConfig` of the options that were given; the others keep their defaults."""
    given = given_options(options, ("layers", "encoding"))
    if "layers" in given:
        given["layers"] = tuple(layer.strip().upper() for layer in given["layers"].split(",") if layer.strip())
    return CircuitConfig(**given)


def given_options(options: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """Those of the named options that were given."""
    return {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}


def data_config(options: argparse.Namespace) -> DataConfig:
    """The `DataConfig` of the options that were given; the others keep their defaults."""
    file = default_file() if options.data is None else options.data
    path = None if file is None else str(Path(file).absolute())
    return DataConfig(**given_options(options, DATA_OPTIONS), file=path)
