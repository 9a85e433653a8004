"""The command line: `qmnist VERB`, or `python -m qmnist_core VERB`. One module per verb."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NoReturn

from qmnist_core import __version__
from qmnist_core.cli import app, atlas, benchmark, circuit, compare, data, fan, predict, ten, train
from qmnist_core.cli.streams import TolerantStream
from qmnist_core.errors import ConfigError, QMnistError

VERBS = (app, data, circuit, train, fan, ten, atlas, compare, predict, benchmark)

DESCRIPTION = """\
Teach a quantum neural network (QNN) to tell two handwritten digits apart, on
real MNIST, and compare it with classical networks. Figures go to stdout,
progress to stderr; --json prints machine-readable figures."""

AS_MODULE = "python -m qmnist_core"

EXAMPLES = """\
examples:
  python -m qmnist_core app               the dashboard, in a browser
  python -m qmnist_core data              how many images each step leaves
  python -m qmnist_core circuit --layers XX,XZ
                                          what such layers could ever tell apart
  python -m qmnist_core train             the tutorial's QNN, within a second
  python -m qmnist_core train --backend tfq --examples 500 --epochs 1
                                          the same on TensorFlow Quantum, shortened
  python -m qmnist_core fan --seeds 100   the same training from 100 seeds
  python -m qmnist_core ten               all ten digits on whole images
  python -m qmnist_core atlas             every stack of up to three layers, in minutes
  python -m qmnist_core train --out runs/first
                                          keep the run
  python -m qmnist_core predict --run runs/first 0
                                          what it says about the first test image
  python -m qmnist_core compare           QNN, CNN, fair network, logistic regression
  python -m qmnist_core benchmark         the exact engine beside TensorFlow Quantum

`python -m qmnist_core VERB --help` explains each verb."""


class Parser(argparse.ArgumentParser):
    """Reports a mistake in one sentence, without the usage text before it."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message} (see {self.prog} --help)")


def build_parser() -> Parser:
    called = "qmnist" if Path(sys.argv[0]).stem == "qmnist" else AS_MODULE
    parser = Parser(
        prog=called,
        description=DESCRIPTION,
        epilog=EXAMPLES.replace(AS_MODULE, called),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        verb.add_to(verbs)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. Returns 0, or 2 for a user's mistake, 130 for Ctrl-C where nothing could be kept."""
    output: Any = TolerantStream(sys.stdout)
    errors: Any = TolerantStream(sys.stderr)
    with redirect_stdout(output), redirect_stderr(errors):
        try:
            options = build_parser().parse_args(arguments)
            code: int = options.run(options)
            output.flush()
            return code
        except QMnistError as error:
            print(f"qmnist_core: {error}", file=errors)
            return 2
        except KeyboardInterrupt:
            print("\nqmnist_core: stopped before there was anything to keep", file=errors)
            return 130
        except OSError as error:
            print(f"qmnist_core: {error.filename or 'output'}: {error.strerror}; choose another file", file=errors)
            return 2
