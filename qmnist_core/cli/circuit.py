"""`circuit`: what a stack of layers can depend on, before anything is trained."""

from __future__ import annotations

import argparse
import json

from qmnist_core.circuits.dependence import depends_on_image, effective_numbers, idle_layers
from qmnist_core.cli.options import Verbs, add_setting, add_verb, circuit_config, given_options, names_in
from qmnist_core.config import DataConfig
from qmnist_core.errors import CostError
from qmnist_core.look.text import counted
from qmnist_core.words.cautions import blind_words, idle_words

DESCRIPTION = """\
Say whether a circuit's answer can depend on the image at all, how many independent numbers its exponents
amount to, and which layers are idle: their exponents change no answer. All of it is algebra, nothing is
sampled or trained. In --json, effective_numbers is null where there are too many waves to count them, and
idle_layers counts from 0, as the rows of a run's exponents do."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "circuit", "what a stack of layers can depend on", DESCRIPTION, run)
    for name in names_in("circuit"):
        add_setting(parser, f"circuit.{name}")
    add_setting(parser, "data.size")


def run(options: argparse.Namespace) -> int:
    circuit, n_pixels = circuit_config(options), DataConfig(**given_options(options, ("size",))).n_pixels
    n_parameters = circuit.n_layers * n_pixels
    try:
        numbers, many = effective_numbers(circuit, n_pixels), ""
    except CostError as error:
        numbers, many = None, str(error)
    if options.json:
        facts = {
            "depends_on_image": depends_on_image(circuit),
            "effective_numbers": numbers,
            "n_parameters": n_parameters,
            "idle_layers": list(idle_layers(circuit)),
        }
        print(json.dumps(facts))
        return 0
    come_to = "" if numbers is None else f", which amount to {counted(numbers, 'independent number')}"
    lines = [f"{counted(n_parameters, 'exponent')}{come_to}", *([f"{many[0].upper()}{many[1:]}."] if many else [])]
    lines.append(blind_words(circuit) or idle_words(circuit) or "The answer depends on the image; no layer is idle.")
    print("\n".join(lines))
    return 0
