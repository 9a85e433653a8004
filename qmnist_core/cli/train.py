"""`train`: train one model, print its figures, keep the run."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from qmnist_core.cli.options import (
    Verbs,
    add_backend_option,
    add_data_options,
    add_verb,
    circuit_config,
    data_config,
)
from qmnist_core.cli.text import duration, percent, with_interval
from qmnist_core.config import ENCODINGS, INITS, LAYERS, MODELS, Experiment

if TYPE_CHECKING:
    from qmnist_core.runs import Run

DESCRIPTION = """\
Train one model. Without options: the tutorial's QNN on its 10,338 images, 3 epochs, on the exact engine.
Epochs and batch size default to the tutorial's for each model (QNN 3 and 32, CNN 1 and 128, fair network
and logistic regression 20 and 128). The validation figures are of the test set, as in the tutorial; no
setting is chosen by them. Ctrl-C stops after the current step and keeps what was learnt."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "train", "train one model", DESCRIPTION, run)
    model = parser.add_argument_group("model")
    model.add_argument(
        "--model",
        choices=MODELS,
        default="qnn",
        help="qnn (default), cnn (full images), fair (37 parameters), logistic (17; not in the tutorial)",
    )
    add_backend_option(model)
    model.add_argument(
        "--layers", metavar="XX,ZZ", help=f"the QNN's layers in order, from {', '.join(LAYERS)} (default XX,ZZ)"
    )
    model.add_argument(
        "--encoding", choices=ENCODINGS, help="bits: X on lit pixels (default); angle: RX(π·value) of gray values"
    )
    model.add_argument(
        "--init", choices=INITS, help="the QNN's first exponents: uniform on [0, 2π) (default, as TFQ), or small angles"
    )
    training = parser.add_argument_group("training")
    training.add_argument("--epochs", type=int, metavar="E", help="passes over the training images")
    training.add_argument("--batch-size", type=int, metavar="B", help="examples per step")
    training.add_argument("--learning-rate", type=float, metavar="R", help="Adam's step size (default 0.001)")
    training.add_argument("--seed", type=int, metavar="S", help="makes the run repeatable (default 0)")
    add_data_options(parser)
    output = parser.add_argument_group("output")
    output.add_argument("--out", metavar="DIR", help="save the run to this new folder")
    output.add_argument("--overwrite", action="store_true", help="replace the run that is already there")


def experiment_of(options: argparse.Namespace) -> Experiment:
    given = {
        name: getattr(options, name)
        for name in ("backend", "init", "epochs", "batch_size", "learning_rate", "seed")
        if getattr(options, name) is not None
    }
    return Experiment.tutorial(options.model, data=data_config(options), circuit=circuit_config(options), **given)


def run(options: argparse.Namespace) -> int:
    from qmnist_core.cli.progress import follow
    from qmnist_core.events import Epoch
    from qmnist_core.runs import Run, check_destination, save_run
    from qmnist_core.training import Training

    experiment = experiment_of(options)
    if options.out is not None:
        check_destination(options.out, options.overwrite)
    training = Training(experiment)
    _announce_cost(experiment, training.total_steps)

    def show(epoch: Epoch) -> None:
        if not options.json:
            print(
                f"epoch {epoch.epoch}/{experiment.epochs}: "
                f"loss {epoch.loss:.4f}, accuracy {percent(epoch.accuracy)}; "
                f"validation loss {epoch.val_loss:.4f}, accuracy {percent(epoch.val_accuracy)}; "
                f"{duration(epoch.seconds)}"
            )

    follow(training, experiment.model, show)
    finished = Run.of(training)
    if options.out is not None:
        save_run(finished, options.out, options.overwrite)
    if options.json:
        print(json.dumps(finished.to_dict()))
        return 0
    test, n_test = finished.metrics["test"], len(training.test_examples)
    if finished.metrics["outcome"] == "stopped":
        print("stopped on request; the figures below are of the weights as they are")
    print(f"test: loss {test['loss']:.4f}, accuracy {with_interval(test['accuracy'], n_test)}")
    print(f"{finished.metrics['n_parameters']:,} parameters, trained in {duration(finished.metrics['seconds'])}")
    for line in (_spread_line(experiment), _learnt_text(finished)):
        if line:
            print(line)
    if options.out is not None:
        print(f"saved to {options.out}")
    return 0


def _learnt_text(run: Run) -> str | None:
    """R and the map φ of a small model of layers (XX, ZZ)."""
    from qmnist_core.simulators.learnt import MAX_PIXELS, all_answers, learnt_map

    experiment, size = run.experiment, run.experiment.data.size
    if not _tutorial_circuit(experiment) or size**2 > MAX_PIXELS:
        return None
    exponents = run.weights["exponents"]
    learnt = learnt_map(experiment.circuit, exponents)
    answers = all_answers(experiment.circuit, exponents)
    rows = ("  " + "  ".join(f"{angle:+.2f}" for angle in row) for row in learnt.angles.reshape(size, size))
    return "\n".join(
        [
            f"learnt: ⟨Z⟩ = −R cos(Σ z φ) with R = {learnt.damping:.3f}, z = −1 for lit and 1 for dark pixels, φ:",
            *rows,
            f"of all {len(answers):,} possible images it calls {percent(float((answers > 0).mean()))} "
            f"a {experiment.data.digits[0]}",
        ]
    )


def _tutorial_circuit(experiment: Experiment) -> bool:
    circuit = experiment.circuit
    return experiment.model == "qnn" and circuit.layers == ("XX", "ZZ") and circuit.encoding == "bits"


def _announce_cost(experiment: Experiment, total_steps: int) -> None:
    """What the exact engine will take, said before it is paid."""
    if experiment.model != "qnn" or experiment.backend != "exact":
        return
    from qmnist_core.simulators.cost import estimate_cost

    cost = estimate_cost(experiment.circuit, experiment.data.n_pixels, experiment.batch_size)
    waves = "a single wave" if cost.n_pairs == 1 else f"a sum of {cost.n_pairs:,} waves"
    print(
        f"estimate: {waves}, about {duration(cost.step_seconds * total_steps)} for {total_steps:,} steps "
        f"and {cost.bytes / 2**20:.2g} MiB",
        file=sys.stderr,
    )


def _spread_line(experiment: Experiment) -> str | None:
    """Why a wide uniform start cannot learn, in one line; None where it can or where the formula does not hold."""
    from qmnist_core.metrics import uniform_output_spread

    if experiment.init != "uniform" or not _tutorial_circuit(experiment):
        return None
    spread = uniform_output_spread(experiment.data.n_pixels)
    told = f"expected spread of ⟨Z⟩ at a uniform start on {experiment.data.n_pixels} pixels: {spread:.1g}"
    if spread < 1e-3:
        return f"{told}: a barren plateau, the output and its gradients vanish and nothing is learnt; try --init small"
    return f"{told}: enough to learn from"
