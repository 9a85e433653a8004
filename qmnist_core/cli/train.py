"""`train`: train one model, print its figures, keep the run."""

from __future__ import annotations

import argparse
import json
import sys

from qmnist_core.catalogue import MODELS
from qmnist_core.cli.options import (
    Verbs,
    add_settings,
    add_verb,
    circuit_config,
    data_config,
    given_options,
    names_in,
)
from qmnist_core.cli.progress import begin, follow, uninterrupted
from qmnist_core.config import SETTINGS, Experiment
from qmnist_core.errors import ConfigError
from qmnist_core.look.text import duration, percent, with_article, with_interval
from qmnist_core.metrics import keras_accuracy, says_first, uniform_output_spread
from qmnist_core.runs import Run, check_destination, save_run
from qmnist_core.simulators.all_inputs import MAX_PIXELS, all_answers
from qmnist_core.simulators.clock import read_clock
from qmnist_core.studies.spread import flat_output
from qmnist_core.training.events import Epoch
from qmnist_core.training.loop import Training
from qmnist_core.words.cautions import blind_words, cautions_of
from qmnist_core.words.comparison import keras_way

DESCRIPTION = """\
Train one model. Without options: the tutorial's QNN on its 10,338 images, 3 epochs, on the exact engine.
Epochs and batch size default to the tutorial's for each model (QNN 3 and 32, CNN 1 and 128, fair network
and logistic regression 20 and 128). The validation figures are of the test set, as in the tutorial; no
setting is chosen by them. Ctrl-C stops after the current step and keeps what was learnt."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "train", "train one model", DESCRIPTION, run)
    for heading in ("model", "training", "data"):
        add_settings(parser, heading)
    output = parser.add_argument_group("output")
    output.add_argument("--out", metavar="DIR", help="save the run to this new folder")
    output.add_argument("--overwrite", action="store_true", help="replace the run that is already there")


def run(options: argparse.Namespace) -> int:
    if options.overwrite and options.out is None:
        raise ConfigError("--overwrite goes with --out: name the run's folder")
    experiment = _experiment(options)
    if options.out is not None:
        check_destination(options.out, options.overwrite)
    training = begin(experiment)
    for words in cautions_of(experiment, training.total_steps):
        print(words, file=sys.stderr)

    def show(epoch: Epoch) -> None:
        if not options.json:
            print(
                f"epoch {epoch.epoch}/{experiment.epochs}: "
                f"loss {epoch.loss:.4f}, accuracy {percent(epoch.accuracy)}; "
                f"validation loss {epoch.val_loss:.4f}, accuracy {percent(epoch.val_accuracy)}; "
                f"{duration(epoch.seconds)}",
                flush=True,
            )

    follow(training, experiment.model, show)
    finished = Run.of(training)
    if options.out is not None:
        with uninterrupted():
            save_run(finished, options.out, options.overwrite)
        print(f"saved to {options.out}", file=sys.stderr)
    print(json.dumps(finished.to_dict()) if options.json else _text(finished, training))
    return 0


def _experiment(options: argparse.Namespace) -> Experiment:
    model = options.model or "qnn"
    kind = MODELS[model]
    given = {name: value for name, value in given_options(options, names_in("")).items() if name != "model"}
    foreign = [] if kind.is_quantum else _given(options, "circuit")
    if foreign:
        raise ConfigError(f"{foreign[0]} is for the QNN, and --model is {model}: leave one of them out")
    ignored = _given(options, "small image") if kind.reads_originals else []
    if ignored:
        raise ConfigError(
            f"the {kind.short} reads the original 28×28 images: leave {ignored[0]} out, or take another --model"
        )
    return Experiment.tutorial(model, data=data_config(options), circuit=circuit_config(options), **given)


def _given(options: argparse.Namespace, only: str) -> list[str]:
    """The flags that were given and act on this only."""
    return [one.flag for one in SETTINGS if one.only == only and given_options(options, (one.name,))]


def _text(run: Run, training: Training) -> str:
    test = run.metrics["test"]
    lines = [
        f"test: loss {test['loss']:.4f}, accuracy {with_interval(test['accuracy'], len(training.test_examples))}",
        f"{run.metrics['n_parameters']:,} parameters, trained in {duration(run.metrics['seconds'])}",
    ]
    model, examples = run.experiment.model, training.test_examples
    if MODELS[model].in_tutorial:
        share = keras_accuracy(training.model.scores(examples), examples.targets, not run.experiment.is_quantum)
        lines.insert(1, f"by the tutorial's own metric: accuracy {percent(share)} ({keras_way(model)})")
    if run.metrics["outcome"] == "stopped":
        lines.insert(0, "stopped on request; the figures below are of the weights as they are")
    if run.experiment.is_quantum:
        lines += cautions_of(run.experiment, run.metrics["steps"])
        if not blind_words(run.experiment.circuit):
            lines += _spread_text(run, training)
        if run.experiment.circuit.is_tutorials and run.experiment.data.n_pixels <= MAX_PIXELS:
            lines.append(_learnt_text(run, training))
    return "\n".join(lines)


def _spread_text(run: Run, training: Training) -> list[str]:
    """How small the output started, from the formula where there is one, and whether it stayed flat, as measured."""
    experiment, parts = run.experiment, []
    n_pixels, uniform = experiment.data.n_pixels, experiment.init == "uniform"
    if uniform and experiment.circuit.is_tutorials:
        spread = uniform_output_spread(n_pixels)
        parts.append(f"expected spread of ⟨Z⟩ at a uniform start on {n_pixels} pixels: {spread:.1g}")
    flat = flat_output(run.metrics["test"]["loss"], lambda: training.model.scores(training.test_examples))
    if flat is not None:
        parts.append(f"it stayed flat, ⟨Z⟩ is now {flat:.1g} on the test images (a barren plateau)")
        parts += ["try --init small"] if uniform else []
    return ["; ".join(parts)] if parts else []


def _learnt_text(run: Run, training: Training) -> str:
    """R and the map φ of a small model with layers (XX, ZZ)."""
    experiment, size, exponents = run.experiment, run.experiment.data.size, run.weights["exponents"]
    learnt = read_clock(experiment.circuit, exponents)
    answers = all_answers(experiment.circuit, exponents)
    rows = ("  " + "  ".join(f"{angle:+.2f}" for angle in row) for row in learnt.angles.reshape(size, size))
    return "\n".join(
        [
            f"learnt: ⟨Z⟩ = −R cos(Σ z φ) with R = {learnt.damping:.3f}, z = −1 for lit and 1 for dark pixels, φ:",
            *rows,
            f"of all {len(answers):,} possible images it calls {percent(float(says_first(answers).mean()))} "
            f"{with_article(training.names[0])}",
        ]
    )
