"""`circuit`: what a stack of layers can depend on, before anything is trained."""

from __future__ import annotations

import argparse
import json

from qmnist_core.cautions import blind_words, idle_words
from qmnist_core.cli.options import Verbs, add_circuit_options, add_verb, circuit_config, given_options
from qmnist_core.config import DataConfig
from qmnist_core.simulators.dependence import depends_on_image, effective_numbers, idle_layers

DESCRIPTION = """\
Say whether a circuit's answer can depend on the image at all, how many independent numbers its exponents
come to, and which layers are idle: their exponents change no answer. All of it is algebra, nothing is
sampled or trained. In --json, idle_layers counts from 0, as the rows of a run's exponents do."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "circuit", "what a stack of layers can depend on", DESCRIPTION, run)
    add_circuit_options(parser)
    parser.add_argument("--size", type=int, help="side of the small image in pixels, 2 to 28 (default 4)")


def run(options: argparse.Namespace) -> int:
    circuit, n_pixels = circuit_config(options), DataConfig(**given_options(options, ("size",))).n_pixels
    numbers, n_parameters = effective_numbers(circuit, n_pixels), circuit.n_layers * n_pixels
    if options.json:
        facts = {
            "depends_on_image": depends_on_image(circuit),
            "effective_numbers": numbers,
            "n_parameters": n_parameters,
            "idle_layers": list(idle_layers(circuit)),
        }
        print(json.dumps(facts))
        return 0
    lines = [f"{n_parameters:,} exponents, which come to {numbers:,} independent number{'s' * (numbers != 1)}"]
    lines.append(blind_words(circuit) or idle_words(circuit) or "The answer depends on the image; no layer is idle.")
    print("\n".join(lines))
    return 0
